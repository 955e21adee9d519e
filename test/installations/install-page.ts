import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import type { AmpResult } from '../cli/run-amp.ts';
import type { LocalAmp } from '../deploy/local-amp.ts';

export interface OpenPage {
  url: URL;
  child: ReturnType<typeof spawn>;
  ended: Promise<AmpResult>;
}

/** Starts a command with `--web` that only prints its address, and waits for it. */
export async function openInstallPage(amp: LocalAmp, ...args: string[]): Promise<OpenPage> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../bin/amp.js'), ...args, '--web', '--no-browser'],
    { cwd: amp.dir, env: amp.env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const ended = new Promise<AmpResult>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  const url = await new Promise<URL>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      const match = /^http:\/\/localhost:\d+\/\S+$/m.exec(stderr);
      if (match) resolve(new URL(match[0]));
    });
    ended.then((result) => reject(new Error(`amp ended before printing an address: ${JSON.stringify(result)}`)));
  });
  return { url, child, ended };
}

/** Cookies by page: one browser. */
const cookies = new Map<string, string>();

export interface PageAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One request as anybody on this computer could send it. A form's request, unless told otherwise. */
export function askPage(
  url: URL,
  more: { method?: string; path?: string; headers?: Record<string, string | undefined>; body?: string } = {},
): Promise<PageAnswer> {
  const form = {
    origin: url.origin,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const headers = {
    host: url.host,
    cookie: cookies.get(url.href),
    ...(more.body !== undefined && form),
    ...more.headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: url.port,
        path: more.path ?? url.pathname,
        method: more.method ?? (more.body === undefined ? 'GET' : 'POST'),
        headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
        agent: false,
      },
      (incoming) => {
        let body = '';
        const [cookie] = incoming.headers['set-cookie'] ?? [];
        if (cookie) cookies.set(url.href, cookie.split(';')[0]!);
        incoming.setEncoding('utf8').on('data', (chunk) => {
          body += chunk;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode!, headers: incoming.headers, body }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(more.body);
  });
}

/** What a browser would send for the page as it stands, with some answers changed. `undefined` unchecks. */
export function formBody(html: string, changes: Record<string, string | undefined> = {}): string {
  const fields = new Map<string, string>();
  for (const [, name, inner] of html.matchAll(/<select id="[^"]+" name="([^"]+)"[^>]*>(.*?)<\/select>/gs)) {
    fields.set(name!, /<option value="([^"]*)" selected>/.exec(inner!)?.[1] ?? '');
  }
  for (const [, name, value] of html.matchAll(/<input name="([^"]+)"[^>]* value="([^"]*)"/g)) fields.set(name!, value!);
  for (const [, name] of html.matchAll(/<input type="checkbox" name="([^"]+)" checked>/g)) fields.set(name!, 'on');
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) fields.delete(name);
    else fields.set(name, value);
  }
  return new URLSearchParams([...fields]).toString();
}
