import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isolatedEnvironment } from '../cli/run-amp.ts';

/** A user with an encrypted file store whose key is a file: no derivation, so tests are quick. */
export function newUser(): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'amp-user-'));
  const keyFile = join(home, 'key');
  writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
  return { ...isolatedEnvironment(join(home, 'user')), AMP_CREDENTIAL_STORE: 'file', AMP_CREDENTIAL_KEY_FILE: keyFile };
}

/** A port free on both loopback addresses a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface LoginProcess {
  child: ChildProcess;
  /** The authorise URL it printed. */
  url: URL;
  port: number;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Starts a web sign-in that only prints its address, and waits for it. */
export async function startLogin(
  loginUrl: string,
  clientId: string,
  more: { env?: Record<string, string>; args?: string[]; port?: number; input?: 'open' } = {},
): Promise<LoginProcess> {
  const port = more.port ?? (await freePort());
  const args = ['org', 'login', '--flow', 'web', '--no-browser', '--client-id', clientId, '--port', String(port)];
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../bin/amp.js'), ...args, '--instance-url', loginUrl, ...(more.args ?? [])],
    { env: more.env ?? newUser(), stdio: ['pipe', 'pipe', 'pipe'] },
  );
  if (more.input !== 'open') child.stdin!.end();
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => {
    stdout += chunk;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
  const url = await new Promise<URL>((resolve, reject) => {
    child.stderr!.on('data', (chunk) => {
      stderr += chunk;
      const match = /^http\S+\/services\/oauth2\/authorize\?\S+$/m.exec(stderr);
      if (match) resolve(new URL(match[0]));
    });
    ended.then((result) => reject(new Error(`login ended before printing an address: ${JSON.stringify(result)}`)));
  });
  return { child, url, port, ended };
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One request to the callback listener, as anybody on this computer could send it. */
export function visit(
  port: number,
  path: string,
  more: { method?: string; host?: string; address?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: more.address ?? '127.0.0.1',
        port,
        path,
        method: more.method ?? 'GET',
        headers: { host: more.host ?? `localhost:${port}` },
        agent: false,
      },
      (incoming) => {
        let body = '';
        incoming.setEncoding('utf8').on('data', (chunk) => {
          body += chunk;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode!, headers: incoming.headers, body }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
