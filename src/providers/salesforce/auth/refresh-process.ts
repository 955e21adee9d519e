import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { desktopEnvironment } from '../../../platform/desktop-environment.ts';

/** What the refresh process is told. Goes to its stdin: nothing of it is in arguments or environment. */
export interface RefreshOrder {
  tokenUrl: string;
  /** A proxy to open a tunnel through. */
  proxyUrl?: string;
  /** The form, encoded. */
  body: string;
  /** Journal to append the sealed answer to, and the attempt it must still belong to. */
  journal: string;
  attempt: string;
  /** Kernel lock held from looking at the journal to appending to it. */
  lock: string;
  /** Base64 of 32 bytes, and what the seal is bound to. */
  key: string;
  owner: string;
  timeoutMs: number;
  /** Path of the SQLite package. */
  sqlite: string;
}

export type RefreshReport =
  | { kind: 'answer'; raw: string; journaled: boolean }
  | { kind: 'failed-status'; status: number; text: string; headers: Record<string, string | undefined> }
  | { kind: 'no-answer'; reason: string; sent: boolean }
  /** Another attempt has taken over: nothing was sent. */
  | { kind: 'superseded' };

/**
 * Sends a refresh from a process that outlives this one. A refresh token is spent the moment the org reads it; whoever asked
 * may be killed before the answer is back, and the successor would be lost. The helper is detached, so that neither kill -9 nor
 * Ctrl-C reaches it: it waits for the answer and seals it into the journal, where the next amp finds it.
 */
export function sendRefresh(order: Omit<RefreshOrder, 'sqlite'>, env: NodeJS.ProcessEnv): Promise<RefreshReport> {
  const full: RefreshOrder = { ...order, sqlite: createRequire(import.meta.url).resolve('@photostructure/sqlite') };
  return new Promise((resolve) => {
    const helper = spawn(process.execPath, ['-e', `(${refreshHelper.toString()})(require)`], {
      env,
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let text = '';
    const ended = (reason: string) => resolve(parseReport(text) ?? { kind: 'no-answer', reason, sent: true });
    helper.on('error', (error) => resolve({ kind: 'no-answer', reason: error.message, sent: false }));
    helper.stdin.on('error', () => {});
    helper.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    helper.on('close', (code, signal) => ended(`the refresh process ended (${signal ?? code})`));
    helper.stdin.end(JSON.stringify(full));
  });
}

/** The variables Node itself reads for certificates, and those of the desktop; never an AMP_… one. */
export function helperEnvironment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const picked = desktopEnvironment(env);
  for (const name of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']) if (env[name]) picked[name] = env[name];
  return picked;
}

function parseReport(text: string): RefreshReport | undefined {
  try {
    return JSON.parse(text) as RefreshReport;
  } catch {
    return undefined;
  }
}

/**
 * The program of the helper. It is sent as text, so it may use nothing but its argument and Node itself, and it must stay
 * as short as it is: what it does cannot be undone.
 */
function refreshHelper(load: NodeJS.Require): void {
  const fs = load('node:fs') as typeof import('node:fs');
  const { createCipheriv, randomBytes } = load('node:crypto') as typeof import('node:crypto');
  // Ctrl-C and a closed terminal are meant for the command, not for the token.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.stdout.on('error', () => {});

  const report = (result: unknown) => process.stdout.write(JSON.stringify(result));
  const order = JSON.parse(fs.readFileSync(0, 'utf8')) as RefreshOrder;
  const { DatabaseSync } = load(order.sqlite) as typeof import('@photostructure/sqlite');
  const db = new DatabaseSync(order.lock);
  try {
    db.exec(`PRAGMA busy_timeout=${order.timeoutMs}; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE`);
  } catch (error) {
    report({ kind: 'no-answer', reason: (error as Error).message, sent: false });
    return;
  }
  // Our attempt may have been given up and another begun while this process was starting.
  let lines: string[] = [];
  try {
    lines = fs.readFileSync(order.journal, 'utf8').split('\n').filter(Boolean);
  } catch {
    // No journal: somebody cleared it, so the attempt is over.
  }
  if (lines.length !== 1 || JSON.parse(lines[0]!).attempt !== order.attempt) {
    report({ kind: 'superseded' });
    db.close();
    return;
  }

  const keep = (raw: string): boolean => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', Buffer.from(order.key, 'base64'), iv).setAAD(Buffer.from(order.owner));
    const data = Buffer.concat([cipher.update(JSON.stringify({ raw, at: Date.now() }), 'utf8'), cipher.final()]);
    const line = {
      iv: iv.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
      data: data.toString('base64'),
    };
    try {
      const file = fs.openSync(order.journal, 'a', 0o600);
      fs.writeSync(file, `${JSON.stringify(line)}\n`);
      fs.fsyncSync(file);
      fs.closeSync(file);
      return true;
    } catch {
      return false;
    }
  };
  const url = new URL(order.tokenUrl);
  const { request } = load(url.protocol === 'https:' ? 'node:https' : 'node:http') as typeof import('node:https');
  let settled = false;
  let outgoing: import('node:http').ClientRequest;
  const finish = (result: unknown) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    db.close();
    report(result);
    outgoing.destroy();
  };
  const timer = setTimeout(
    () => finish({ kind: 'no-answer', reason: 'no answer in time', sent: true }),
    order.timeoutMs,
  );
  if (order.proxyUrl) tunnel(new URL(order.proxyUrl));
  else send();

  function tunnel(proxy: URL): void {
    const { request: connect } = load(
      proxy.protocol === 'https:' ? 'node:https' : 'node:http',
    ) as typeof import('node:https');
    const { connect: secure } = load('node:tls') as typeof import('node:tls');
    const path = `${url.hostname}:${url.port || 443}`;
    const user = decodeURIComponent(`${proxy.username}:${proxy.password}`);
    const credentials = proxy.username
      ? { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }
      : {};
    outgoing = connect(proxy, { method: 'CONNECT', path, agent: false, headers: { host: path, ...credentials } });
    const refused = (reason: string) => finish({ kind: 'no-answer', reason: `the proxy ${reason}`, sent: false });
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      refused(`cannot be reached (${error.code ?? error.message})`),
    );
    outgoing.on('response', ({ statusCode }) => refused(`answered ${statusCode}`));
    outgoing.on('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) return refused(`answered ${statusCode}`);
      send(() => secure({ socket, servername: url.hostname }));
    });
    outgoing.end();
  }

  function send(createConnection?: () => import('node:net').Socket): void {
    outgoing = request(url, {
      ...(createConnection ? { createConnection } : {}),
      method: 'POST',
      agent: false,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(order.body),
        accept: 'application/json',
        'user-agent': 'amp',
      },
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const notSent =
        /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;
      finish({ kind: 'no-answer', reason: error.code ?? error.message, sent: !notSent.test(error.code ?? '') });
    });
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= 65_536) chunks.push(chunk);
      });
      incoming.on('error', (error) => finish({ kind: 'no-answer', reason: error.message, sent: true }));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (!incoming.complete || size > 65_536) {
          finish({ kind: 'no-answer', reason: 'the answer was cut', sent: true });
        } else if (incoming.statusCode === 200) {
          finish({ kind: 'answer', raw: text, journaled: keep(text) });
        } else {
          const { 'set-cookie': _cookies, ...headers } = incoming.headers;
          finish({ kind: 'failed-status', status: incoming.statusCode, text: text.slice(0, 4096), headers });
        }
      });
    });
    outgoing.end(order.body);
  }
}
