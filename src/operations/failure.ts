import { AmpError } from '../errors/amp-error.ts';
import { catalog } from '../errors/catalog.ts';
import type { Subsystem } from './operation-log.ts';

/** Why an operation failed, as its log and `explain` tell it (facts: operations and logs). */
export interface Failure {
  code: string;
  /** Where the first cause arose. */
  subsystem: Subsystem;
  /** What was being done and did not succeed. */
  title: string;
  /** The root cause in the words of whoever refused. */
  detail?: string;
  status?: number;
  /** The provider's own code, verbatim. */
  providerCode?: string;
  requestId?: string;
  /** Innermost first. */
  causes: string[];
  remedy: string;
  retryable: boolean;
  /** ISO time. */
  retryAfter?: string;
  context?: Record<string, unknown>;
}

/** Reads any thrown value, or a sentence that says why. The first AmpError carries the message; details are taken from the innermost that has them. */
export function describeFailure(error: unknown): Failure {
  const chain = errorChain(error);
  const ampErrors = chain.filter((link) => link instanceof AmpError);
  const inner = ampErrors.at(-1);
  const facts: Record<string, unknown> = {};
  for (const link of ampErrors) Object.assign(facts, link.details);
  // The root's code says what to repair; the outer ones only who was waiting for it.
  const code = inner?.code ?? (typeof error === 'string' ? 'operation-failed' : 'internal-error');
  const message = messageOf(chain[0]);
  const causes = causesOf(chain);
  const entry = catalog[code];
  const remedy = remedyOf(ampErrors, entry?.remedy);
  const failure: Failure = {
    code,
    subsystem: isSubsystem(facts.subsystem) ? facts.subsystem : subsystemOf(code, chain.at(-1)),
    title: message,
    causes,
    remedy,
    retryable: typeof facts.retryable === 'boolean' ? facts.retryable : entry?.retryable === true,
  };
  const detail = facts.providerMessage ?? causes[0];
  if (typeof detail === 'string' && detail !== message) failure.detail = detail;
  if (typeof facts.status === 'number') failure.status = facts.status;
  // An OAuth endpoint calls its code `error`.
  const providerCode = facts.errorCode ?? facts.providerCode ?? facts.error;
  if (typeof providerCode === 'string') failure.providerCode = providerCode;
  if (typeof facts.requestId === 'string') failure.requestId = facts.requestId;
  if (facts.retryAfter !== undefined) failure.retryAfter = String(facts.retryAfter);
  const context = contextOf(facts);
  if (context) failure.context = context;
  return failure;
}

/** A write whose answer was lost: not a failure, and not to be repeated blindly. */
export function outcomeUnknown(title: string): Failure {
  const code = 'operation-outcome-unknown';
  return { code, subsystem: 'api', title, causes: [], remedy: catalog[code]!.remedy, retryable: false };
}

/**
 * The innermost hint repairs the cause; a wrapper of another kind says how to go on then: `amp org login …; then amp backfill
 * … --resume …`.
 */
function remedyOf(chain: readonly AmpError[], general: string | undefined): string {
  const hinted = chain.filter((error) => error.hint !== undefined);
  const inner = chain.at(-1);
  const nearest = hinted.at(-1);
  const cure =
    nearest && nearest.code === inner?.code
      ? nearest.hint!
      : (general ?? nearest?.hint ?? catalog['internal-error']!.remedy);
  const outer = hinted[0];
  if (!outer || outer.code === inner?.code || outer.hint === cure) return cure;
  return `${cure.replace(/\.$/, '')}; then ${outer.hint}`;
}

const ownKeys = new Set([
  'subsystem',
  'retryable',
  'retryAfter',
  'status',
  'errorCode',
  'providerCode',
  'error',
  'providerMessage',
  'requestId',
]);

function contextOf(facts: Record<string, unknown>): Record<string, unknown> | undefined {
  const entries = Object.entries(facts).filter(([key, value]) => !ownKeys.has(key) && value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function errorChain(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let link: unknown = error; link !== undefined && link !== null && chain.length < 16; ) {
    if (chain.includes(link)) break;
    chain.push(link);
    // An HttpFailure (by name: the module would cost start-up) says what broke; its cause is a socket's word, "aborted".
    link = link instanceof Error && link.name !== 'HttpFailure' ? link.cause : undefined;
  }
  return chain.length > 0 ? chain : [error];
}

/** Stated causes of the innermost error first, then the messages on the way out, each once, without the outermost's own. */
function causesOf(chain: unknown[]): string[] {
  const causes: string[] = [];
  const add = (text: string) => {
    if (text && !causes.includes(text)) causes.push(text);
  };
  for (const link of [...chain].reverse()) {
    if (link instanceof AmpError) for (const cause of link.causes) add(cause);
    if (link !== chain[0]) add(messageOf(link));
  }
  return causes;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}

const areas: [RegExp, Subsystem][] = [
  [/^(org|credential)-/, 'auth'],
  [/^salesforce-(sign-in|session|auth)/, 'auth'],
  [/^salesforce-/, 'provider'],
  [/^mapping-/, 'mapping'],
  [/^(destination|delivery|notification)-/, 'delivery'],
  [/^store-/, 'store'],
  [/^(runtime|schedule)-/, 'schedule'],
  [/^(installation|manifest|deploy|read|write|subscribe|project|usage)/, 'config'],
];
const networkCodes = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOST|ENET|UND_ERR|CERT_|DEPTH_ZERO|SELF_SIGNED)/;

function subsystemOf(code: string, root: unknown): Subsystem {
  const area = areas.find(([pattern]) => pattern.test(code))?.[1];
  const network = networkCodes.test(String((root as { code?: unknown } | undefined)?.code ?? ''));
  if (network && area !== 'delivery') return 'provider';
  return area ?? 'api';
}

const subsystems = new Set(['auth', 'provider', 'mapping', 'config', 'delivery', 'schedule', 'store', 'api']);

function isSubsystem(value: unknown): value is Subsystem {
  return typeof value === 'string' && subsystems.has(value);
}
