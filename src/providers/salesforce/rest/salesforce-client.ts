import { AmpError } from '../../../errors/amp-error.ts';
import { redact } from '../../../errors/redact.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import type { Clock } from '../../../platform/clock.ts';
import { type Http, HttpFailure, type HttpResponse, readBody } from '../../../platform/http.ts';
import type { TokenBundle } from '../auth/token-bundle.ts';
import type { TokenSource } from '../auth/token-source.ts';
import { type ApiUsage, parseLimitInfo } from '../limits.ts';
import {
  errorOfAnswer,
  errorOfFailure,
  isRenewable,
  readErrorBody,
  refusedAgain,
  refuseLoginPage,
} from './call-errors.ts';
import { type CallLimit, startCallLimit } from './call-limit.ts';
import type { JsonAnswer, SalesforceClient, SalesforceRequest, StreamAnswer } from './client.ts';
import { leavesOrigin, type PreparedRequest, parseJsonAnswer, prepareRequest } from './exchange.ts';
import {
  judgeAnswer,
  judgeFailure,
  longestRetryAfterMs,
  mostAttempts,
  parseRetryAfter,
  retryModeOf,
  retryPauseMs,
  type Verdict,
} from './retry.ts';
import type { Slots } from './slots.ts';

export interface ClientParts {
  org: OrgRecord;
  tokens: TokenSource;
  http: Http;
  clock: Clock;
  random: () => number;
  slots: Slots;
  /** Request lines for --debug, already redacted. */
  trace?: ((line: string) => void) | undefined;
  onUsage?: ((usage: ApiUsage) => void) | undefined;
}

const streamSilenceMs = 60_000;
const onlyOnce = new Set(['never', 'once']);

/**
 * The request layer over one org. Per call: take a slot → token → send → on 401 one renewal and one replay, ever → on
 * something transient a jittered pause and another attempt, within the call's time limit → error with a catalogue code.
 */
export function createSalesforceClient(parts: ClientParts): SalesforceClient {
  const { org, tokens, clock } = parts;
  let apiCalls = 0;
  let apiUsage: ApiUsage | undefined = org.apiUsage;

  /** One exchange. The answer's body is open. */
  const sendOnce = async (
    { onCall }: SalesforceRequest,
    prepared: PreparedRequest,
    token: TokenBundle,
    limit: CallLimit,
  ): Promise<HttpResponse> => {
    const url = new URL(token.instanceUrl + prepared.path);
    if (url.origin !== token.instanceUrl) throw leavesOrigin(url.origin, token.instanceUrl);
    apiCalls++;
    onCall?.();
    const startedAt = performance.now();
    const took = () => `${Math.round(performance.now() - startedAt)} ms`;
    try {
      const answer = await parts.http.send({
        method: prepared.method,
        url,
        headers: { ...prepared.headers, authorization: `Bearer ${token.accessToken}` },
        body: prepared.body(),
        signal: limit.signal,
        headersTimeoutMs: limit.timeoutMs,
        idleTimeoutMs: Math.min(limit.timeoutMs, streamSilenceMs),
        large: prepared.large,
      });
      parts.trace?.(redact(`${prepared.method} ${url.origin}${prepared.path} → ${answer.status}, ${took()}`));
      const usage = parseLimitInfo(answer.headers['sforce-limit-info']);
      if (usage) {
        apiUsage = usage;
        parts.onUsage?.(usage);
      }
      return answer;
    } catch (error) {
      parts.trace?.(redact(`${prepared.method} ${url.origin}${prepared.path} → ${(error as Error).message} ${took()}`));
      throw error;
    }
  };

  /** All attempts of one call. `read` consumes the body inside an attempt, so that a cut answer is an attempt that failed. */
  const perform = async <Result>(
    request: SalesforceRequest,
    limit: CallLimit,
    read: (answer: HttpResponse, where: string) => Promise<Result>,
  ): Promise<Result> => {
    let token = await tokens.current();
    const prepared = prepareRequest(request, token.instanceUrl, org.apiVersion);
    const mode = retryModeOf(request);
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      let error: AmpError;
      let verdict: Verdict;
      let retryAfterMs: number | undefined;
      try {
        const answer = await sendOnce(request, prepared, token, limit);
        const accepted = answer.status < 300 || request.accept?.includes(answer.status);
        if (accepted) {
          refuseLoginPage(answer, prepared);
          return await read(answer, prepared.where);
        }
        const body = await readErrorBody(answer);
        error = errorOfAnswer(answer, body, prepared, token, org);
        if (answer.status === 401 && isRenewable(body)) {
          if (renewed || !prepared.replayable) throw refusedAgain(error, renewed, org);
          renewed = true;
          token = await tokens.renew(token);
          // The replay is part of this attempt: an expired token must not use up the retries of a bad day.
          attempt--;
          continue;
        }
        verdict = judgeAnswer(answer.status, body, mode);
        retryAfterMs = parseRetryAfter(answer.headers['retry-after'], clock.now());
      } catch (thrown) {
        if (thrown instanceof HttpFailure) {
          error = errorOfFailure(thrown, prepared, limit, org);
          // An emulator that is not there will not be there in a second either.
          verdict = org.isEmulator && thrown.kind === 'connect' ? { retry: false } : judgeFailure(thrown, mode);
        } else if (thrown instanceof AmpError && thrown.code === 'salesforce-answer-damaged' && !onlyOnce.has(mode)) {
          error = thrown;
          verdict = { retry: true, kind: 'soon' };
        } else {
          throw thrown;
        }
      }
      limit.throwIfStopped();
      if (!verdict.retry || attempt >= mostAttempts || !prepared.replayable) throw error;
      const pauseMs = retryPauseMs(attempt, verdict.kind, parts.random(), retryAfterMs);
      if ((retryAfterMs ?? 0) > longestRetryAfterMs || pauseMs > limit.remainingMs()) throw error;
      parts.trace?.(`waiting ${Math.round(pauseMs)} ms before attempt ${attempt + 1} (${error.code})`);
      await clock.sleep(pauseMs, request.signal);
    }
  };

  return {
    orgId: org.orgId,
    userId: org.userId,
    username: org.username,
    get instanceUrl() {
      return tokens.instanceUrl ?? org.instanceUrl;
    },
    apiVersion: org.apiVersion,
    get apiCalls() {
      return apiCalls;
    },
    get apiUsage() {
      return apiUsage;
    },

    async json<Body>(request: SalesforceRequest): Promise<JsonAnswer<Body>> {
      const release = await parts.slots.take(request.signal);
      const limit = startCallLimit(request, 'whole-call');
      try {
        return await perform(request, limit, async ({ status, headers, body }, where) => {
          const text = (await readBody(body)).toString('utf8');
          const type = headers['content-type'];
          // An accepted 403 or 404 may be anything, also plain text.
          const json = status < 300 || /json/i.test(type ?? '');
          return { status, headers, body: (json ? parseJsonAnswer(text, type, where) : undefined) as Body };
        });
      } finally {
        limit.end();
        release();
      }
    },

    async stream(request: SalesforceRequest): Promise<StreamAnswer> {
      const release = request.longPoll ? () => {} : await parts.slots.take(request.signal);
      const limit = startCallLimit(request, 'until-headers');
      try {
        const answer = await perform(request, limit, async (open) => open);
        limit.headersArrived();
        // A long body is a long call: it keeps its slot to the end.
        answer.body.once('close', () => {
          limit.end();
          release();
        });
        return answer;
      } catch (error) {
        limit.end();
        release();
        throw error;
      }
    },

    async renewSession(): Promise<void> {
      await tokens.renew(await tokens.current());
    },
  };
}
