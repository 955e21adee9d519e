import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Effect } from '../faults/fault.ts';
import type { Answer, Call } from './call.ts';
import { renderJson } from './json.ts';

/** Smaller answers gain nothing from compression. */
const gzipFromBytes = 1400;
const beforeResetMs = 30;

type BodyEffect = Extract<Effect, { kind: 'cut' | 'stall' }>;

/** Sends one answer: JSON or bytes or chunks, gzipped when the client takes it, with what faults do to headers and body. */
export async function sendAnswer(
  response: ServerResponse,
  call: Call,
  answer: Answer,
  options: { gzip: boolean; effects: Effect[] },
): Promise<void> {
  const headers: Record<string, string> = { ...answer.headers };
  let chunks: Iterable<Buffer>;
  if (answer.chunks) {
    chunks = answer.chunks();
  } else {
    const body = encodeBody(call, answer, headers, options);
    headers['content-length'] = String(body.length);
    chunks = body.length > 0 ? [body] : [];
  }
  for (const effect of options.effects) if (effect.kind === 'headers') changeHeaders(headers, effect.set);
  const spoil = options.effects.find(
    (effect): effect is BodyEffect => effect.kind === 'cut' || effect.kind === 'stall',
  );
  if (spoil?.kind === 'cut' && spoil.at < 0) return endSocket(response.socket, spoil.by);
  response.writeHead(answer.status, headers);
  if (call.method === 'HEAD' || answer.status === 204 || answer.status === 304) {
    response.end();
    return;
  }
  if (spoil) await sendSpoiled(response, chunks, spoil);
  else await sendChunks(response, chunks);
}

function encodeBody(
  call: Call,
  answer: Answer,
  headers: Record<string, string>,
  options: { gzip: boolean; effects: Effect[] },
): Buffer {
  let body: Buffer;
  if (answer.json !== undefined) {
    headers['content-type'] ??= 'application/json;charset=UTF-8';
    body = Buffer.from(renderJson(answer.json, call.headers['x-prettyprint'] === '1' ? 2 : undefined));
  } else {
    body = typeof answer.bytes === 'string' ? Buffer.from(answer.bytes) : (answer.bytes ?? Buffer.alloc(0));
  }
  for (const effect of options.effects) {
    if (effect.kind === 'replace')
      body = Buffer.from(body.toString('utf8').replaceAll(effect.search, effect.replacement));
  }
  const wanted = options.gzip && /\bgzip\b/.test(call.headers['accept-encoding'] ?? '');
  if (!wanted || body.length < gzipFromBytes) return body;
  headers['content-encoding'] = 'gzip';
  headers.vary = 'Accept-Encoding';
  if (headers.etag) headers.etag = headers.etag.replace(/"$/, '-gzip"');
  return gzipSync(body, { level: 1 });
}

function changeHeaders(headers: Record<string, string>, set: Record<string, string | null>): void {
  for (const [name, value] of Object.entries(set)) {
    if (value === null) delete headers[name.toLowerCase()];
    else headers[name.toLowerCase()] = value;
  }
}

/** At the reader's pace: the next chunk is made when the last has left. */
async function sendChunks(response: ServerResponse, chunks: Iterable<Buffer>): Promise<void> {
  for (const chunk of chunks) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

/** The first bytes of the body, then the end of the connection (FIN or RST) or silence. */
async function sendSpoiled(response: ServerResponse, chunks: Iterable<Buffer>, effect: BodyEffect): Promise<void> {
  response.flushHeaders();
  let left = effect.at;
  for (const chunk of chunks) {
    if (left <= 0 || response.destroyed) break;
    const piece = chunk.subarray(0, left);
    left -= piece.length;
    if (!response.write(piece)) await drained(response);
  }
  if (effect.kind === 'stall') return;
  // A reset discards what the other side has not read yet; the bytes before it are to arrive.
  if (effect.by === 'rst') await new Promise((resolve) => setTimeout(resolve, beforeResetMs));
  endSocket(response.socket, effect.by);
}

function endSocket(socket: Socket | null, by: 'fin' | 'rst'): void {
  if (by === 'rst') socket?.resetAndDestroy();
  // destroySoon lets written bytes leave before the FIN.
  else socket?.destroySoon();
}
