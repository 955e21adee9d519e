import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CredentialStore } from '../../../credentials/credential-store.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import type { OrgRegistry } from '../../../orgs/registry.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Http } from '../../../platform/http.ts';
import type { ProxySettings } from '../../../platform/proxy.ts';
import { acquireLock, type Lock } from '../../../store/lock.ts';
import type { JournalFiles } from './refresh-journal.ts';

/** One signed-in account and the world its tokens are kept and renewed in. */
export interface Account {
  readonly org: OrgRecord;
  readonly credentials: CredentialStore;
  readonly registry: OrgRegistry;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends waiting (for the lock, between attempts); never a request that is under way. */
  readonly signal?: AbortSignal | undefined;
  /** User's config folder: locks and journal lie under it. Undefined: nothing is written (environment, memory). */
  readonly dir: string | undefined;
  /** Environment of the refresh process: certificates and desktop, no secrets. */
  readonly helperEnv: NodeJS.ProcessEnv;
  /** The way out of this network, when there is a proxy. */
  readonly proxy?: ProxySettings | undefined;
  /** Failures in a row (5xx, no connection) before giving up for now; default 5. */
  readonly renewalAttempts?: number;
  /** Says things a person must know, such as a token that could not be saved. */
  readonly warn: (message: string) => void;
  /** Called once when the account turns `needs_reauth`. */
  readonly onNeedsReauth?: (org: OrgRecord, reason: string) => void;
  /** Called after each renewal that was stored. */
  readonly onRenewed?: (org: OrgRecord) => void;
  /** Test rigs stop the process between two steps. */
  readonly onStep?: ((step: RenewalStep) => void) | undefined;
}

export type RenewalStep = 'locked' | 'intent-written' | 'answered' | 'stored' | 'cleared';

export interface RenewalFiles extends JournalFiles {
  lock: string;
}

const lockTimeoutMs = 90_000;

export function renewalFiles(dir: string, orgRecordId: string): RenewalFiles {
  const name = createHash('sha256').update(orgRecordId).digest('hex').slice(0, 24);
  return {
    lock: join(dir, 'locks', `refresh-${name}.lock`),
    journal: join(dir, 'refresh', `${name}.jsonl`),
    journalLock: join(dir, 'locks', `journal-${name}.lock`),
  };
}

/** Runs `work` as the only one, in all processes of this user, that touches the account's tokens. */
export async function withAccountLock<Result>(
  account: Pick<Account, 'dir' | 'signal'> & { org: { id: string } },
  work: (files: RenewalFiles | undefined) => Promise<Result>,
): Promise<Result> {
  const previous = queues.get(account.org.id) ?? Promise.resolve();
  const turn = previous.then(async () => {
    if (!account.dir) return work(undefined);
    const files = renewalFiles(account.dir, account.org.id);
    const lock = await takeLock(files.lock, account.signal);
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

async function takeLock(path: string, signal: AbortSignal | undefined): Promise<Lock> {
  try {
    return await acquireLock(path, { timeoutMs: lockTimeoutMs, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (!(error instanceof AmpError) || error.code !== 'store-locked') throw error;
    throw new AmpError({
      code: 'org-sign-in-busy',
      message: `Another process has been renewing this sign-in for ${lockTimeoutMs / 1000} seconds.`,
      cause: error,
    });
  }
}
