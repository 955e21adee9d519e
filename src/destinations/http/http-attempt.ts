import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { AmpError } from '../../errors/amp-error.ts';
import type { FailedOutcome } from '../target.ts';

const answerLimitBytes = 20_000;

export interface AttemptOptions {
  /** A whole attempt, connection and answer included. */
  deadlineMs: number;
  /** Keep the text of the answer. */
  keepAnswer: boolean;
}

/** What came back: an answer of any status, or why there is none. */
export type AttemptResult = { kind: 'answered'; answer: HttpAnswer } | FailedOutcome;

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** At most 20,000 bytes of the body; absent unless it was asked for. */
  text?: string;
  durationMs: number;
}

/**
 * One request, as undici's handler: a request object with streams for bodies nobody reads would cost more than the rest of a
 * small message. Once the status is known it decides, whatever becomes of the body; of that never more than the limit is read.
 */
export class HttpAttempt implements Dispatcher.DispatchHandler {
  readonly startedAt = performance.now();
  readonly #options: AttemptOptions;
  readonly #end: (result: AttemptResult) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #response: { status: number; headers: IncomingHttpHeaders } | undefined;
  #isLate = false;
  #hasEnded = false;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(options: AttemptOptions, end: (result: AttemptResult) => void) {
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
    this.#end(this.#response ? this.#answered(this.#response) : failure(error, this.#isLate, this.#options.deadlineMs));
  }

  #answered(response: Pick<HttpAnswer, 'status' | 'headers'>): AttemptResult {
    const answer: HttpAnswer = { ...response, durationMs: performance.now() - this.startedAt };
    if (this.#options.keepAnswer) {
      answer.text = Buffer.concat(this.#chunks).subarray(0, answerLimitBytes).toString('utf8');
    }
    return { kind: 'answered', answer };
  }
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
