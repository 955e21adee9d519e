import { Readable } from 'node:stream';
import { type Http, HttpFailure, type HttpRequest, type HttpResponse } from '../../src/platform/http.ts';
import { answerCall, type Served } from '../../src/providers/salesforce/emulator/server/answer-call.ts';
import { renderJson } from '../../src/providers/salesforce/emulator/server/json.ts';
import type { RunningEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import type { Life } from './life.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Calls the org without a socket: a lost network, cuts and silence are made of the same faults. */
export function createLocalHttp(
  emulator: RunningEmulator,
  time: VirtualTime,
  life: Life,
  network: { isDown(): boolean; onCall(): void; delayMs(): number },
): Http {
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    life.check();
    time.touch();
    network.onCall();
    if (network.isDown()) throw new HttpFailure('dns', 'The network is down.');
    const gone = new AbortController();
    const stop = () => gone.abort();
    for (const signal of [request.signal, life.signal]) signal?.addEventListener('abort', stop, { once: true });
    try {
      const gaveUp = whenAborted(gone.signal);
      await Promise.race([travel(network.delayMs()), gaveUp]);
      const served = await Promise.race([serve(emulator, request, gone.signal), gaveUp]);
      // The org has done its work: whoever is gone by now does not know.
      await Promise.race([travel(network.delayMs()), gaveUp]);
      time.touch();
      life.check();
      return served ?? (await gaveUp);
    } finally {
      for (const signal of [request.signal, life.signal]) signal?.removeEventListener('abort', stop);
    }
  };
  return { send, close: async () => {} };
}

/** The way there: others work meanwhile. */
async function travel(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new HttpFailure('aborted', 'The answer was not waited for.'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

async function serve(
  emulator: RunningEmulator,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse | undefined> {
  const { url, method, headers, body } = request;
  const served = await answerCall(
    {
      method,
      path: url.pathname.replace(/\/+/g, '/').replace(/(.)\/$/, '$1'),
      query: url.searchParams,
      headers: { ...headers, host: url.host },
      body: Buffer.from((body as string | Uint8Array | undefined) ?? ''),
      params: {},
      version: '',
      session: undefined,
      origin: url.origin,
      forced: {},
      signal,
    },
    url.search,
    emulator.world,
  );
  return served && render(served, method);
}

function render({ answer, effects }: Served, method: string): HttpResponse {
  const headers: Record<string, string> = { ...answer.headers };
  let bytes: Buffer;
  if (answer.chunks) bytes = Buffer.concat([...answer.chunks()]);
  else if (answer.json === undefined) bytes = Buffer.from(answer.bytes ?? '');
  else {
    headers['content-type'] ??= 'application/json;charset=UTF-8';
    bytes = Buffer.from(renderJson(answer.json));
  }
  answer.sent?.();
  for (const effect of effects) {
    if (effect.kind !== 'cut' && effect.kind !== 'stall') continue;
    if (effect.kind === 'cut' && effect.at < 0) throw new HttpFailure('reset', 'The connection was reset.');
    return { status: answer.status, headers, body: spoiled(bytes.subarray(0, effect.at), effect.kind) };
  }
  const isBare = method === 'HEAD' || answer.status === 204 || answer.status === 304;
  return { status: answer.status, headers, body: Readable.from(isBare || bytes.length === 0 ? [] : [bytes]) };
}

/** The first bytes, then the end of the connection. Silence ends as the client's own limit would end it. */
function spoiled(bytes: Buffer, kind: 'cut' | 'stall'): Readable {
  const failure = kind === 'cut' ? 'reset' : 'timeout';
  return Readable.from(
    (async function* () {
      if (bytes.length > 0) yield bytes;
      if (kind === 'stall') await new Promise((resolve) => setTimeout(resolve, 60_000));
      throw new HttpFailure(failure, 'The answer was cut off.');
    })(),
  );
}
