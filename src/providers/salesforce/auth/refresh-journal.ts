import { randomBytes } from 'node:crypto';
import { type Sealed, unseal } from '../../../credentials/seal.ts';
import { readPrivateFile, removeFile, writePrivateFile } from '../../../platform/files.ts';
import { acquireLock } from '../../../store/lock.ts';
import type { TokenBundle } from './token-bundle.ts';

/**
 * Write-ahead journal of one refresh: line 1 is the intent (which tokens, which attempt, when), line 2 the org's answer, sealed
 * with the account's own key by the process that got it. It lies there from before the token is sent until its successor is in
 * the credential store. A journal without line 2 is a refresh whose end nobody knows.
 */
export interface JournalFiles {
  journal: string;
  /** Held by whoever looks at the journal and acts on it: the refresh process while its request is under way, us otherwise. */
  journalLock: string;
}

export type JournalState =
  | { kind: 'none' }
  | { kind: 'intent'; at: string }
  | { kind: 'answered'; raw: string; at: number };

// A helper that was left alone holds the lock until its request has ended, which it does within its own time limit.
const lockTimeoutMs = 45_000;

export const sealOwner = (orgRecordId: string, generation: number) => `amp-refresh/1/${orgRecordId}/${generation}`;

/** What is left of a refresh of exactly these tokens. Waits for a helper still at work. */
export async function readJournal(files: JournalFiles, org: string, stored: TokenBundle): Promise<JournalState> {
  const lock = await acquireLock(files.journalLock, { timeoutMs: lockTimeoutMs });
  try {
    return await parseJournal(files, org, stored);
  } finally {
    lock.release();
  }
}

/**
 * Starts an attempt: answers its name, or what an earlier one left in the meantime. From here on older helpers find that the
 * attempt is not theirs and send nothing.
 */
export async function beginAttempt(
  files: JournalFiles,
  org: string,
  stored: TokenBundle,
  now: number,
): Promise<{ attempt: string } | Extract<JournalState, { kind: 'answered' }>> {
  const lock = await acquireLock(files.journalLock, { timeoutMs: lockTimeoutMs });
  try {
    const left = await parseJournal(files, org, stored);
    if (left.kind === 'answered') return left;
    const attempt = randomBytes(9).toString('base64url');
    const intent = { attempt, generation: stored.generation, at: new Date(now).toISOString() };
    await writePrivateFile(files.journal, `${JSON.stringify(intent)}\n`);
    return { attempt };
  } finally {
    lock.release();
  }
}

export async function clearJournal(files: JournalFiles): Promise<void> {
  await removeFile(files.journal);
}

async function parseJournal(files: JournalFiles, org: string, stored: TokenBundle): Promise<JournalState> {
  const bytes = await readPrivateFile(files.journal);
  const lines = (bytes?.toString('utf8') ?? '').split('\n');
  const intent = parseLine<{ generation: number; at: string }>(lines[0]);
  // Of tokens long replaced: its writer was killed between saving and clearing.
  if (intent?.generation !== stored.generation) return { kind: 'none' };
  const sealed = parseLine<Sealed>(lines[1]);
  const owner = sealOwner(org, stored.generation);
  const text = sealed && unseal(Buffer.from(stored.dataKey, 'base64'), sealed, owner);
  const answer = parseLine<{ raw: string; at: number }>(text);
  return answer ? { kind: 'answered', ...answer } : { kind: 'intent', at: intent.at };
}

function parseLine<Value>(line: string | undefined): Value | undefined {
  if (!line) return undefined;
  try {
    return JSON.parse(line) as Value;
  } catch {
    return undefined;
  }
}
