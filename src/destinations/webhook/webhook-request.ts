import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { AmpError } from '../../errors/amp-error.ts';
import { parseRetryAfterMs } from '../schedule.ts';
import type { Answer, FailedOutcome, Outcome } from '../target.ts';

const answerLimitBytes = 20_000;

export interface RequestOptions {
  /** A whole attempt, connection and answer included. */
  deadlineMs: number;
  /** Keep the text of the answer. */
  keepAnswer: boolean;
  /** Epoch milliseconds. */
  now(): number;
}

interface Response {
  status: number;
  headers: IncomingHttpHeaders;
}

/**
 * One POST, as undici's handler: a request object with streams for bodies nobody reads would cost more than the rest of a
 * small message. Once the status is known it decides, whatever becomes of the body; of that never more than the limit is read.
 */
export class WebhookRequest implements Dispatcher.DispatchHandler {
  readonly startedAt = performance.now();
  readonly #options: RequestOptions;
  readonly #end: (outcome: Outcome) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #response: Response | undefined;
  #isLate = false;
  #hasEnded = false;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(options: RequestOptions, end: (outcome: Outcome) => void) {
    this.#options = options;
    this.#end = end;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isLate) controller.abort(new Error('The deadline has passed.'));
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (status >= 200) this.#response = { status, headers };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#hasEnded) return;
    this.#bytes += chunk.length;
    if (this.#options.keepAnswer) this.#chunks.push(chunk);
    if (this.#bytes < answerLimitBytes) return;
    this.#finish();
    controller.abort(new Error('The answer is longer than anybody reads.'));
  }

  onResponseEnd(): void {
    this.#finish();
  }

  onResponseError(_: unknown, error: Error): void {
    this.#finish(error);
  }

  /** The deadline has passed: what waits for a connection ends when it would start. */
  expire(): void {
    this.#isLate = true;
    this.#controller?.abort(new Error('The deadline has passed.'));
  }

  #finish(error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const response = this.#response;
    this.#end(
      response
        ? judge(response, this.#answer(), this.#options.now())
        : failure(error, this.#isLate, this.#options.deadlineMs),
    );
  }

  #answer(): { answer?: Answer } {
    if (!this.#options.keepAnswer) return {};
    const text = Buffer.concat(this.#chunks).subarray(0, answerLimitBytes).toString('utf8');
    return { answer: { text, durationMs: performance.now() - this.startedAt } };
  }
}

function judge({ status, headers }: Response, answer: { answer?: Answer }, now: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status, ...answer };
  const failed: FailedOutcome = { kind: 'failed', reason: `HTTP ${status}`, status, busy: status === 429, ...answer };
  if (status >= 300 && status < 400) failed.reason = `HTTP ${status} (redirects are not followed)`;
  if (status === 410) failed.gone = true;
  const retryAfterMs = parseRetryAfterMs(single(headers['retry-after']), now);
  if (retryAfterMs !== undefined) failed.retryAfterMs = retryAfterMs;
  if (single(headers['webhook-delivery'])?.trim().toLowerCase() === 'abort-message') failed.aborted = true;
  return failed;
}

function failure(error: unknown, timedOut: boolean, deadlineMs: number): FailedOutcome {
  if (timedOut) return { kind: 'failed', reason: `no answer within ${deadlineMs / 1000} s`, busy: true };
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  if (/TIMEOUT|ETIMEDOUT/.test(code)) {
    return { kind: 'failed', reason: `no answer within ${deadlineMs / 1000} s (${code})`, busy: true };
  }
  if (error instanceof AmpError) return { kind: 'failed', reason: error.message, busy: false };
  return {
    kind: 'failed',
    reason: code ? `connection failed (${code})` : `connection failed: ${message}`,
    busy: false,
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
