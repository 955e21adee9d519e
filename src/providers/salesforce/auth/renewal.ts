import { AmpError } from '../../../errors/amp-error.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import { reconnectCommand } from '../../../orgs/reconnect-command.ts';
import { readPrivateFile } from '../../../platform/files.ts';
import { goesThroughProxy } from '../../../platform/proxy.ts';
import { type Account, type RenewalFiles, renewalFiles, withAccountLock } from './account.ts';
import { renewalForm } from './grants.ts';
import { judgeRefusal, signInError } from './oauth-errors.ts';
import { beginAttempt, clearJournal, readJournal, sealOwner } from './refresh-journal.ts';
import { sendRefresh } from './refresh-process.ts';
import { bundleFromAnswer, loadBundle, saveBundle, type TokenBundle } from './token-bundle.ts';
import { encodeForm, failedStatus, parseTokenAnswer, postForm, type TokenOutcome } from './token-endpoint.ts';

/**
 * Renewing a sign-in without ever losing it. With rotation a refresh token works once, and presenting a used one revokes the
 * whole family, so: one renewal per account over all promises and processes, and no moment at which the only copy of a new
 * token is in the memory of a process that may be killed. The order, under a kernel lock (reliability rule "refresh"):
 *
 *   re-read the store (somebody may have won) → adopt the answer an interrupted refresh left in the journal → write the intent
 *   → a detached helper sends the token, seals the raw answer into the journal and fsyncs → parse → credential store → clear.
 *
 * Killed anywhere, the next process finds either the old token unused, or the sealed answer. What remains is a machine that
 * loses power, or an answer the network loses, after the org has read the token: then the stored token is tried once more and,
 * if the org refuses it, the account says that it needs a new sign-in.
 */
const defaultAttempts = 5;
const refreshTimeoutMs = 30_000;
const firstPauseMs = 500;
const longestPauseMs = 15_000;

/** The stored tokens, after adopting what a killed process left. Throws `credential-…`. */
export async function loadTokens(account: Account): Promise<TokenBundle> {
  if (account.dir) {
    const { journal } = renewalFiles(account.dir, account.org.id);
    if (await readPrivateFile(journal)) {
      return withAccountLock(account, (files) => loadAndAdopt(account, files));
    }
  }
  return loadBundle(account.credentials, account.org);
}

/**
 * New tokens in place of `used`, or those another process got meanwhile. Throws `org-sign-in-expired` when the org refuses
 * for good (the account is then `needs_reauth`), `org-sign-in-unavailable` when it does not answer properly.
 */
export async function renewTokens(account: Account, used: TokenBundle): Promise<TokenBundle> {
  return withAccountLock(account, async (files) => {
    account.onStep?.('locked');
    const stored = await loadAndAdopt(account, files);
    if (stored.generation !== used.generation || stored.accessToken !== used.accessToken) return stored;
    const record = await account.registry.find(account.org.id);
    if (record?.status === 'needs_reauth') throw expired(account.org, record.statusReason ?? 'sign-in needed');
    return requestTokens(account, stored, files);
  });
}

async function requestTokens(
  account: Account,
  stored: TokenBundle,
  files: RenewalFiles | undefined,
): Promise<TokenBundle> {
  const { org, clock, signal } = account;
  const attempts = account.renewalAttempts ?? defaultAttempts;
  const left = files ? await readJournal(files, org.id, stored) : undefined;
  const interruptedAt = left?.kind === 'intent' ? left.at : undefined;
  // An interrupted refresh counts as a lost answer: what became of it nobody knows.
  let lostAnswers = interruptedAt ? 1 : 0;
  for (let attempt = 1; ; attempt++) {
    const form = await renewalForm(org, stored, account.credentials, clock.now());
    if (!form) {
      const reason = 'the access token is no longer valid, and there is nothing to renew it with';
      await markNeedsReauth(account, reason);
      throw expired(org, reason);
    }
    const burns = form.grant_type === 'refresh_token';
    const outcome =
      burns && files
        ? await sendJournaled(account, stored, files, form)
        : await postForm(account.http, org.loginUrl, '/services/oauth2/token', form, signal);
    if (outcome.kind === 'answer') {
      account.onStep?.('answered');
      return keepTokens(account, stored, outcome.raw, clock.now(), files);
    }

    // Only an answer that may still have been given leaves the intent behind, for the next process to know of.
    const lost = outcome.kind === 'unavailable' && outcome.sent;
    if (files && burns && !lost) await clearJournal(files);
    let reason: string;
    if (outcome.kind === 'refused') {
      const error = signInError(outcome.refusal);
      reason = error.message;
      if (judgeRefusal(outcome.refusal) === 'final') {
        const cause = interruptedAt ? `${reason} An earlier refresh was interrupted at ${interruptedAt}.` : reason;
        await markNeedsReauth(account, cause);
        throw expired(org, cause, error);
      }
    } else {
      reason = outcome.reason;
      // The org may have rotated the token although its answer was lost: asking again could revoke the family, so once only.
      if (lost && burns && ++lostAnswers > 1) attempt = attempts;
    }
    if (attempt >= attempts) {
      throw new AmpError({
        code: 'org-sign-in-unavailable',
        message: `The sign-in of ${org.alias} could not be renewed: ${reason}`,
        causes: [reason, `${attempt} attempts failed in a row`],
        details: detailsOf(outcome, clock.now()),
      });
    }
    const backoffMs = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
    const askedMs = outcome.kind === 'unavailable' ? Math.min(outcome.retryAfterMs ?? 0, 60_000) : 0;
    await clock.sleep(Math.max(askedMs, backoffMs * (0.5 + account.random() / 2)), signal);
    // "Already being processed" means that somebody else is at it (another machine, another tool): they may have saved it.
    const again = await loadBundle(account.credentials, org);
    if (again.generation !== stored.generation) return again;
  }
}

/** One request by the helper. An answer an earlier helper brought in the meantime counts as this one's. */
async function sendJournaled(
  account: Account,
  stored: TokenBundle,
  files: RenewalFiles,
  form: Record<string, string | undefined>,
): Promise<TokenOutcome> {
  const { org } = account;
  const begun = await beginAttempt(files, org.id, stored, account.clock.now());
  if ('raw' in begun) return { kind: 'answer', raw: begun.raw };
  account.onStep?.('intent-written');
  const tokenUrl = new URL('/services/oauth2/token', org.loginUrl);
  const { proxy } = account;
  const report = await sendRefresh(
    {
      tokenUrl: tokenUrl.href,
      ...(proxy && goesThroughProxy(tokenUrl, proxy) ? { proxyUrl: proxy.url.href } : {}),
      body: encodeForm(form),
      journal: files.journal,
      attempt: begun.attempt,
      lock: files.journalLock,
      key: stored.dataKey,
      owner: sealOwner(org.id, stored.generation),
      timeoutMs: refreshTimeoutMs,
    },
    account.helperEnv,
  );
  switch (report.kind) {
    case 'answer':
      if (!report.journaled)
        account.warn(`The journal ${files.journal} could not be written; the sign-in is saved directly.`);
      return { kind: 'answer', raw: report.raw };
    case 'failed-status':
      return failedStatus(org.loginUrl, report.status, report.text, report.headers);
    case 'no-answer':
      return { kind: 'unavailable', reason: `${new URL(org.loginUrl).host}: ${report.reason}.`, sent: report.sent };
    case 'superseded':
      return { kind: 'unavailable', reason: 'another process took over.', sent: false };
  }
}

/** From the raw answer to durable tokens. Not interruptible: from here on the old token may be dead. */
async function keepTokens(
  account: Account,
  stored: TokenBundle,
  raw: string,
  obtainedAt: number,
  files: RenewalFiles | undefined,
): Promise<TokenBundle> {
  const { org } = account;
  let bundle: TokenBundle;
  try {
    bundle = bundleFromAnswer(parseTokenAnswer(raw, org.loginUrl), stored, obtainedAt);
  } catch (error) {
    // Not a token answer (a login page, an untrusted host): nothing in it is worth adopting later.
    if (files) await clearJournal(files);
    throw error;
  }
  try {
    await saveBundle(account.credentials, org, bundle);
  } catch (error) {
    // The journal keeps the answer: this process goes on with it, the next one saves it.
    const where = files && stored.refreshToken ? `waits, encrypted, in ${files.journal}` : 'ends with this process';
    account.warn(`The renewed sign-in of ${org.alias} could not be saved and ${where}. ${(error as Error).message}`);
    return bundle;
  }
  account.onStep?.('stored');
  if (files) await clearJournal(files);
  account.onStep?.('cleared');
  account.onRenewed?.(org);
  await account.registry.update(org.id, (record) =>
    record.instanceUrl === bundle.instanceUrl && record.status === 'connected'
      ? record
      : { ...record, instanceUrl: bundle.instanceUrl, status: 'connected' },
  );
  return bundle;
}

async function loadAndAdopt(account: Account, files: RenewalFiles | undefined): Promise<TokenBundle> {
  const stored = await loadBundle(account.credentials, account.org);
  if (!files || !stored.refreshToken) return stored;
  const left = await readJournal(files, account.org.id, stored);
  return left.kind === 'answered' ? keepTokens(account, stored, left.raw, left.at, files) : stored;
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

/** What the log keeps of the last answer of several that brought no token. */
function detailsOf(outcome: Exclude<TokenOutcome, { kind: 'answer' }>, now: number): Record<string, unknown> {
  const { requestId, retryAfterMs } =
    outcome.kind === 'refused' ? { ...outcome.refusal, retryAfterMs: undefined } : outcome;
  return {
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfter: new Date(now + retryAfterMs).toISOString() }),
  };
}
