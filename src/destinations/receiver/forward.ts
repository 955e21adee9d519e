import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'undici';

export interface ForwardAnswer {
  /** Absent when there was no answer. */
  status?: number;
  error?: string;
  /** The beginning of the answer, when it was not 2xx. */
  answer?: string;
  durationMs: number;
}

const deadlineMs = 15_000;
const answerCharacters = 2_000;
const passed = /^(content-type|user-agent|svix-.*|webhook-.*|x-amp-.*)$/;

/** Passes a received message on, body and signature untouched. */
export async function forwardRequest(
  url: string,
  headers: IncomingHttpHeaders,
  body: Uint8Array,
): Promise<ForwardAnswer> {
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => passed.test(name)));
  try {
    const response = await request(url, {
      method: 'POST',
      headers: kept,
      body,
      signal: AbortSignal.timeout(deadlineMs),
    });
    const status = response.statusCode;
    if (status >= 200 && status < 300) {
      await response.body.dump();
      return { status, durationMs: took() };
    }
    const answer = (await response.body.text()).slice(0, answerCharacters);
    return { status, ...(answer ? { answer } : {}), durationMs: took() };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { error: code ?? message, durationMs: took() };
  }
}
