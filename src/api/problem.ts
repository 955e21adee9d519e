import { AmpError } from '../errors/amp-error.ts';
import { catalog } from '../errors/catalog.ts';
import { redact } from '../errors/redact.ts';
import { describeFailure } from '../operations/failure.ts';
import type { Issue } from './parse-query.ts';
import { statusOf } from './status-of.ts';

/** RFC 9457 with the hosted platform's fields. What has no value is left out. */
export interface Problem {
  type: string;
  code: string;
  title: string;
  status: number;
  detail: string;
  /** The path that was asked for. */
  instance: string;
  href: string;
  subsystem: string;
  time: string;
  requestId: string;
  causes: string[];
  remedy: string;
  retryable: boolean;
  retryAfter?: string;
  context?: Record<string, unknown>;
  issues?: ProblemIssue[];
}

export interface ProblemIssue {
  in: Issue['in'];
  name: string;
  detail: string;
  code?: string;
  remedy?: string;
}

export interface ProblemPlace {
  /** Without its query: that may hold a signature. */
  path: string;
  requestId: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Any thrown value as the answer to a request. What amp did not foresee says so and no more. */
export function problemOf(error: unknown, { path, requestId, now }: ProblemPlace): Problem {
  const known = error instanceof AmpError ? error : new AmpError({ code: 'internal-error', message: unforeseen });
  const { issues, allow: _, ...context } = (known.details ?? {}) as { issues?: Issue[]; allow?: string };
  const failure = describeFailure(known);
  const { code } = known;
  const faults = issues ?? findingsOf(known);
  const problem: Problem = {
    type: `urn:amp:error:${code}`,
    code,
    title: catalog[code]?.summary ?? known.message,
    status: statusOf(code),
    detail: known.message,
    instance: path,
    href: `docs/errors.md#${code}`,
    subsystem: code.startsWith('api-') ? 'api' : failure.subsystem,
    time: new Date(now).toISOString(),
    requestId,
    causes: failure.causes,
    remedy: known.hint ?? failure.remedy,
    retryable: failure.retryable,
    ...(failure.retryAfter === undefined ? {} : { retryAfter: failure.retryAfter }),
    ...(Object.keys(context).length > 0 ? { context } : {}),
    ...(faults && faults.length > 0 ? { issues: faults } : {}),
  };
  return redactTexts(problem);
}

const unforeseen = 'amp met a state it was not written for.';

/** Findings of a config or a manifest, each with its place in the body. */
function findingsOf({ diagnostics }: AmpError): ProblemIssue[] | undefined {
  return diagnostics?.map(({ code, message, path, hint }) => ({
    in: 'body' as const,
    name: path ?? '',
    detail: message,
    code,
    ...(hint === undefined ? {} : { remedy: hint }),
  }));
}

function redactTexts<Value>(value: Value): Value {
  if (typeof value === 'string') return redact(value) as Value;
  if (Array.isArray(value)) return value.map(redactTexts) as Value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, redactTexts(one)])) as Value;
}
