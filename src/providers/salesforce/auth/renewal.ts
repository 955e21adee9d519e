import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CredentialStore } from '../../../credentials/credential-store.ts';
import { type Sealed, seal, unseal } from '../../../credentials/seal.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import type { OrgRegistry } from '../../../orgs/registry.ts';
import type { Clock } from '../../../platform/clock.ts';
import { readPrivateFile, removeFile, writePrivateFile } from '../../../platform/files.ts';
import type { Http } from '../../../platform/http.ts';
import { acquireLock } from '../../../store/lock.ts';
import { renewalForm } from './grants.ts';
import { judgeRefusal, signInError } from './oauth-errors.ts';
import { bundleFromAnswer, loadBundle, saveBundle, type TokenBundle } from './token-bundle.ts';
import { parseTokenAnswer, postForm } from './token-endpoint.ts';

/**
 * Renewing a sign-in without ever losing it. With rotation a refresh token works once, and presenting a used one revokes the
 * whole family, so: one renewal per account over all promises and processes, and no moment at which the only copy of a new
 * token is in memory. The order, under a kernel lock:
 *
 *   re-read the store (somebody may have won) → adopt a recovery file left by a killed process → write the intent → POST →
 *   seal the raw answer into the recovery file, fsync, before parsing it → credential store → remove recovery and intent.
 *
 * Killed before the answer arrived: the next process finds the intent, tries the stored token once, and if the org had
 * already rotated it says so. That window is the org's and cannot be closed from here. Killed after: the recovery file has it.
 */
export interface Account {
  readonly org: OrgRecord;
  readonly credentials: CredentialStore;
  readonly registry: OrgRegistry;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: () => number;
  /** User's config folder: lock, intent and recovery lie under it. Undefined: nothing is written (environment, memory). */
  readonly dir: string | undefined;
  /** Failures in a row (5xx, no connection) before giving up for now; default 5. */
  readonly renewalAttempts?: number;
  /** Says things a person must know, such as a token that could not be saved. */
  readonly warn: (message: string) => void;
  /** Called once when the account turns `needs_reauth`. */
  readonly onNeedsReauth?: (org: OrgRecord, reason: string) => void;
  /** Test rigs stop the process between two steps. */
  readonly onStep?: (step: RenewalStep) => void;
}

export type RenewalStep = 'locked' | 'intent-written' | 'answered' | 'recovery-written' | 'stored' | 'cleared';

interface RenewalFiles {
  lock: string;
  intent: string;
  recovery: string;
}

const lockTimeoutMs = 90_000;
const defaultAttempts = 5;
const firstPauseMs = 500;
const longestPauseMs = 15_000;

export function renewalFiles(dir: string, orgRecordId: string): RenewalFiles {
  const name = createHash('sha256').update(orgRecordId).digest('hex').slice(0, 24);
  return {
    lock: join(dir, 'locks', `refresh-${name}.lock`),
    intent: join(dir, 'refresh', `${name}.intent.json`),
    recovery: join(dir, 'refresh', `${name}.recovery.json`),
  };
}

/** Runs `work` as the only one, in all processes of this user, that touches the account's tokens. */
export async function withAccountLock<Result>(
  account: Pick<Account, 'dir'> & { org: { id: string } },
  work: (files: RenewalFiles | undefined) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const previous = queues.get(account.org.id) ?? Promise.resolve();
  const turn = previous.then(async () => {
    if (!account.dir) return work(undefined);
    const files = renewalFiles(account.dir, account.org.id);
    const lock = await acquireLock(files.lock, { timeoutMs: lockTimeoutMs, ...(signal ? { signal } : {}) }).catch(
      (error) => {
        if ((error as AmpError).code !== 'store-locked') throw error;
        throw new AmpError({
          code: 'org-sign-in-busy',
          message: `Another process has been renewing this sign-in for ${lockTimeoutMs / 1000} seconds.`,
          cause: error,
        });
      },
    );
    try {
      return await work(files);
    } finally {
      lock.release();
    }
  });
  const settled = turn.then(
    () => undefined,
    () => undefined,
  );
  queues.set(account.org.id, settled);
  settled.then(() => queues.get(account.org.id) === settled && queues.delete(account.org.id));
  return turn;
}

// Callers of this process wait in line for the kernel lock instead of polling it.
const queues = new Map<string, Promise<void>>();

/** The stored tokens, after adopting what a killed process left. Throws `credential-…`. */
export async function loadTokens(account: Account, signal?: AbortSignal): Promise<TokenBundle> {
  if (account.dir) {
    const { recovery } = renewalFiles(account.dir, account.org.id);
    if (await readPrivateFile(recovery)) {
      return withAccountLock(account, (files) => loadAndAdopt(account, files), signal);
    }
  }
  return loadBundle(account.credentials, account.org);
}

/**
 * New tokens in place of `used`, or those another process got meanwhile. Throws `org-sign-in-expired` when the org refuses
 * for good (the account is then `needs_reauth`), `org-sign-in-unavailable` when it does not answer properly.
 */
export async function renewTokens(account: Account, used: TokenBundle, signal?: AbortSignal): Promise<TokenBundle> {
  return withAccountLock(
    account,
    async (files) => {
      account.onStep?.('locked');
      const stored = await loadAndAdopt(account, files);
      if (stored.generation !== used.generation || stored.accessToken !== used.accessToken) return stored;
      const record = await account.registry.find(account.org.id);
      if (record?.status === 'needs_reauth') throw expired(account.org, record.statusReason ?? 'sign-in needed');
      return requestTokens(account, stored, files, signal);
    },
    signal,
  );
}

async function requestTokens(
  account: Account,
  stored: TokenBundle,
  files: RenewalFiles | undefined,
  signal?: AbortSignal,
): Promise<TokenBundle> {
  const { org, clock } = account;
  const attempts = account.renewalAttempts ?? defaultAttempts;
  const interrupted = files && stored.refreshToken ? await readIntent(files.intent, stored) : undefined;
  let lostAnswers = 0;
  for (let attempt = 1; ; attempt++) {
    const form = await renewalForm(org, stored, account.credentials, clock.now());
    if (!form) {
      const reason = 'the access token is no longer valid, and there is nothing to renew it with';
      await markNeedsReauth(account, reason);
      throw expired(org, reason);
    }
    const burns = form.grant_type === 'refresh_token';
    if (files && burns) {
      await writePrivateFile(
        files.intent,
        JSON.stringify({ generation: stored.generation, at: clock.now(), pid: process.pid }),
      );
      account.onStep?.('intent-written');
    }
    const outcome = await postForm(
      account.http,
      org.loginUrl,
      '/services/oauth2/token',
      form,
      burns ? undefined : signal,
    );
    if (outcome.kind === 'answer') {
      account.onStep?.('answered');
      return keepTokens(account, stored, outcome.raw, files);
    }

    let reason: string;
    if (outcome.kind === 'refused') {
      const verdict = judgeRefusal(outcome.refusal);
      const error = signInError(outcome.refusal);
      if (verdict === 'final') {
        if (files) await removeFile(files.intent);
        const cause = interrupted
          ? `${error.message} An earlier renewal was interrupted at ${interrupted}.`
          : error.message;
        await markNeedsReauth(account, cause);
        throw expired(org, cause, error);
      }
      reason = error.message;
    } else {
      reason = outcome.reason;
      // The org may have rotated the token although its answer was lost: asking again could revoke the family, so once only.
      if (outcome.sent && burns && ++lostAnswers > 1) attempt = attempts;
    }
    if (attempt >= attempts) {
      throw new AmpError({
        code: 'org-sign-in-unavailable',
        message: `The sign-in of ${org.alias} could not be renewed: ${reason}`,
        causes: [reason, `${attempt} attempts failed in a row`],
      });
    }
    const backoffMs = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
    const pauseMs = outcome.kind === 'unavailable' ? Math.min(outcome.retryAfterMs ?? 0, 60_000) : 0;
    await clock.sleep(Math.max(pauseMs, backoffMs * (0.5 + account.random() / 2)), signal);
    // "Already being processed" means that somebody else is at it (another machine, another tool): they may have saved it.
    const again = await loadBundle(account.credentials, org);
    if (again.generation !== stored.generation) return again;
  }
}

/** From the raw answer to durable tokens. Not interruptible: from here on the old token may be dead. */
async function keepTokens(
  account: Account,
  stored: TokenBundle,
  raw: string,
  files: RenewalFiles | undefined,
): Promise<TokenBundle> {
  const { org } = account;
  let recoverable = false;
  if (files && stored.refreshToken) {
    const owner = recoveryOwner(org, stored.generation);
    const text = JSON.stringify({ raw, at: account.clock.now() });
    try {
      const sealed = seal(Buffer.from(stored.dataKey, 'base64'), text, owner);
      await writePrivateFile(files.recovery, JSON.stringify({ generation: stored.generation, ...sealed }));
      recoverable = true;
      account.onStep?.('recovery-written');
    } catch (error) {
      account.warn(`The renewed sign-in of ${org.alias} could not be set aside: ${(error as Error).message}`);
    }
  }
  let bundle: TokenBundle;
  try {
    bundle = bundleFromAnswer(parseTokenAnswer(raw, org.loginUrl), stored, account.clock.now());
  } catch (error) {
    // Not a token answer (a login page, an untrusted host): nothing in it is worth adopting later.
    await clearTraces(files);
    throw error;
  }
  try {
    await saveBundle(account.credentials, org, bundle);
  } catch (error) {
    const reason = (error as Error).message;
    account.warn(
      recoverable
        ? `The renewed sign-in of ${org.alias} waits, encrypted, in ${files?.recovery}; the next command saves it. ${reason}`
        : `The renewed sign-in of ${org.alias} could not be saved and ends with this process; then run amp org login --alias ${org.alias}. ${reason}`,
    );
    return bundle;
  }
  account.onStep?.('stored');
  await clearTraces(files);
  account.onStep?.('cleared');
  await account.registry.update(org.id, (record) =>
    record.instanceUrl === bundle.instanceUrl && record.status === 'connected'
      ? record
      : { ...record, instanceUrl: bundle.instanceUrl, status: 'connected' },
  );
  return bundle;
}

async function loadAndAdopt(account: Account, files: RenewalFiles | undefined): Promise<TokenBundle> {
  const stored = await loadBundle(account.credentials, account.org);
  const bytes = files && (await readPrivateFile(files.recovery));
  if (!files || !bytes) return stored;
  const left = openRecovery(bytes, stored, account.org);
  // Older than the store: its writer was killed after saving, before clearing.
  if (!left) {
    await clearTraces(files);
    return stored;
  }
  const bundle = bundleFromAnswer(parseTokenAnswer(left.raw, account.org.loginUrl), stored, left.at);
  await saveBundle(account.credentials, account.org, bundle);
  await clearTraces(files);
  return bundle;
}

function openRecovery(bytes: Buffer, stored: TokenBundle, org: OrgRecord): { raw: string; at: number } | undefined {
  try {
    const file = JSON.parse(bytes.toString('utf8')) as Sealed & { generation: number };
    if (file.generation !== stored.generation) return undefined;
    const text = unseal(Buffer.from(stored.dataKey, 'base64'), file, recoveryOwner(org, stored.generation));
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const recoveryOwner = (org: OrgRecord, generation: number) => `amp-recovery/1/${org.id}/${generation}`;

async function clearTraces(files: RenewalFiles | undefined): Promise<void> {
  if (!files) return;
  await removeFile(files.recovery);
  await removeFile(files.intent);
}

/** When a renewal of these very tokens was started and never finished: its time, for the message. */
async function readIntent(path: string, stored: TokenBundle): Promise<string | undefined> {
  const bytes = await readPrivateFile(path);
  if (!bytes) return undefined;
  try {
    const intent = JSON.parse(bytes.toString('utf8')) as { generation: number; at: number };
    return intent.generation === stored.generation ? new Date(intent.at).toISOString() : undefined;
  } catch {
    return undefined;
  }
}

async function markNeedsReauth(account: Account, reason: string): Promise<void> {
  let turned = false;
  const record = await account.registry.update(account.org.id, (org) => {
    if (org.status === 'needs_reauth') return org;
    turned = true;
    const updatedAt = new Date(account.clock.now()).toISOString();
    return { ...org, status: 'needs_reauth', statusReason: reason, updatedAt };
  });
  if (turned && record) account.onNeedsReauth?.(record, reason);
}

function expired(org: OrgRecord, reason: string, cause?: unknown): AmpError {
  return new AmpError({
    code: 'org-sign-in-expired',
    message: `${org.alias} (${org.username}) needs a new sign-in: ${reason}`,
    hint: `Run: ${reconnectCommand(org)}`,
    causes: [reason],
    cause,
  });
}

/** The command that brings this account back. */
export function reconnectCommand(org: OrgRecord): string {
  const where = org.isEmulator ? ' --emulator' : ` --instance-url ${org.instanceUrl}`;
  const flow = org.flow === 'web' ? '' : ` --flow ${org.flow}`;
  const client = org.clientId && org.flow !== 'access-token' && !org.isEmulator ? ` --client-id ${org.clientId}` : '';
  return `amp org login --alias ${org.alias}${where}${flow}${client}`;
}
