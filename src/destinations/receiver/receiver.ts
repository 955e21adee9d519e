import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AmpError } from '../../errors/amp-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SigningKey } from '../webhook/sign.ts';
import { type Verification, verifySignature } from '../webhook/verify.ts';
import { fixturePath } from './fixture-path.ts';
import { type ForwardAnswer, forwardRequest } from './forward.ts';

export interface ReceiverOptions {
  /** 0 = any free one. */
  port: number;
  clock: Clock;
  /** The keys to verify with; none = signatures are not checked. Asked for `fresh` ones when a signature does not match. */
  signingKeys(fresh: boolean): Promise<readonly SigningKey[]>;
  /** Answer every message with this status instead. */
  respond?: number;
  /** Pass each accepted message on and answer what came back. */
  forwardTo?: string;
  /** Folder for the bodies, one `<id>.json` each. */
  saveTo?: string;
  onMessage(message: ReceivedEvent): void;
}

export interface ReceivedEvent {
  type: 'event';
  /** ISO 8601. */
  at: string;
  id?: string;
  signature: 'valid' | 'unchecked' | Exclude<Verification, { valid: true }>['reason'];
  /** What we answered. */
  status: number;
  bytes: number;
  /** Of the body, when it is one of our messages. */
  action?: string;
  objectName?: string;
  records?: number;
  replayed?: boolean;
  saved?: string;
  forwarded?: ForwardAnswer;
  /** The body when it is JSON. */
  message?: unknown;
}

export interface RunningReceiver {
  url: string;
  stop(): Promise<void>;
}

const bodyLimitBytes = 10 * 1024 * 1024;

/** A webhook receiver on loopback for development. Throws `destination-port-in-use`. */
export async function startReceiver(options: ReceiverOptions): Promise<RunningReceiver> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(
        new AmpError({ code: 'destination-port-in-use', message: `Port ${options.port} is taken.`, cause: error }),
      );
    });
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ReceiverOptions): Promise<void> {
  if (request.method !== 'POST') {
    response.writeHead(405, { allow: 'POST', 'content-type': 'text/plain' }).end('amp listen takes POST.\n');
    return;
  }
  const body = await readBody(request);
  if (!body) {
    response.writeHead(413).end();
    return;
  }
  const verification = await verify(request, body, options);
  const id = single(request.headers['svix-id']) ?? single(request.headers['webhook-id']);
  const accepted = verification === undefined || verification.valid;
  const event: ReceivedEvent = {
    type: 'event',
    at: new Date(options.clock.now()).toISOString(),
    ...(id === undefined ? {} : { id }),
    signature: verification === undefined ? 'unchecked' : verification.valid ? 'valid' : verification.reason,
    status: options.respond ?? (accepted ? 204 : 401),
    bytes: body.length,
    ...(request.headers['x-amp-replay'] === '1' ? { replayed: true } : {}),
    ...describeBody(body),
  };
  if (accepted && options.saveTo !== undefined) {
    event.saved = fixturePath(options.saveTo, id, options.clock.now());
    await mkdir(options.saveTo, { recursive: true });
    await writeFile(event.saved, body);
  }
  if (accepted && options.forwardTo !== undefined) {
    event.forwarded = await forwardRequest(options.forwardTo, request.headers, body);
    event.status = options.respond ?? event.forwarded.status ?? 502;
  }
  response.writeHead(event.status).end();
  options.onMessage(event);
}

async function verify(
  request: IncomingMessage,
  body: Buffer,
  { signingKeys, clock }: ReceiverOptions,
): Promise<Verification | undefined> {
  const received = { headers: request.headers, body };
  const keys = await signingKeys(false);
  if (keys.length === 0) return undefined;
  const verification = verifySignature(received, keys, clock.now());
  if (verification.valid || verification.reason !== 'no-match') return verification;
  return verifySignature(received, await signingKeys(true), clock.now());
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > bodyLimitBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function describeBody(body: Buffer): Pick<ReceivedEvent, 'action' | 'objectName' | 'records' | 'message'> {
  let message: unknown;
  try {
    message = JSON.parse(body.toString('utf8'));
  } catch {
    return {};
  }
  if (typeof message !== 'object' || message === null) return { message };
  const { action, notificationType, objectName, resultInfo } = message as Record<string, unknown>;
  const records = (resultInfo as { numRecords?: unknown } | undefined)?.numRecords;
  return {
    message,
    ...(typeof action === 'string' ? { action } : {}),
    ...(typeof notificationType === 'string' ? { action: notificationType } : {}),
    ...(typeof objectName === 'string' ? { objectName } : {}),
    ...(typeof records === 'number' ? { records } : {}),
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
