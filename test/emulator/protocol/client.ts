import { afterEach } from 'vitest';
import type { RunningEmulator, StartOptions } from '../../../src/providers/salesforce/index.ts';
import { startEmulator } from '../../../src/providers/salesforce/index.ts';

/** A plain HTTP client of one running emulator, signed in as its administrator. */
export interface Client {
  emulator: RunningEmulator;
  token: string;
  /** `path` below `/services/data/v66.0`, or absolute with a leading double slash kept as it is. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  form(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Reply>;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // Tests look into answers of every shape.
  // biome-ignore lint/suspicious/noExplicitAny: the wire is untyped
  json: any;
}

const running: RunningEmulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.stop()));
});

/** An emulator with a clock that stands still, stopped after the test. A bug inside it fails the test. */
export async function startClient(options: StartOptions = {}): Promise<Client> {
  const emulator = await startEmulator({
    org: { path: ':memory:', seed: 'empty', frozenClock: true, now: Date.UTC(2026, 5, 1, 12) },
    hostNow: () => Date.UTC(2026, 5, 1, 12),
    onInternalError: (error) => {
      throw error;
    },
    ...options,
  });
  running.push(emulator);
  const { accessToken: token } = emulator.signIn();
  return {
    emulator,
    token,
    call: (method, path, body, headers = {}) => {
      const own: Record<string, string> = { authorization: `Bearer ${token}` };
      const isText = typeof body === 'string' || body instanceof Uint8Array;
      if (body !== undefined && !isText) own['content-type'] = 'application/json';
      const url = path.startsWith('/') ? `${emulator.url}${path}` : `${emulator.url}/services/data/v66.0/${path}`;
      return send(url, {
        method,
        headers: { ...own, ...headers },
        redirect: 'manual',
        ...(body === undefined ? {} : { body: isText ? (body as string) : JSON.stringify(body) }),
      });
    },
    form: (path, fields, headers = {}) =>
      send(`${emulator.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers,
        redirect: 'manual',
      }),
  };
}

async function send(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const soql = (text: string): string => `query?q=${encodeURIComponent(text)}`;
