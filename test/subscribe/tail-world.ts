import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import { isolatedEnvironment } from '../cli/run-amp.ts';

/** A request that amp sent to the org. */
export interface Heard {
  path: string;
  authorization: string | undefined;
  body: string;
}

export interface TailWorld {
  emulator: RunningEmulator;
  /** Everything of /cometd that passed. */
  heard: Heard[];
  /** Contacts, created as somebody else's work. */
  createContact(lastName: string): string;
  updateContact(id: string, values: Record<string, unknown>): void;
  tail(...args: string[]): TailProcess;
  /** Breaks every connection between amp and the org. */
  cut(): void;
  stop(): Promise<void>;
}

export interface TailProcess {
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when stdout or stderr has the text. */
  says(text: string | RegExp): Promise<void>;
  interrupt(): Promise<number | null>;
  kill(): Promise<void>;
  ended: Promise<number | null>;
}

/** An emulated org behind a door that notes what is asked of its stream, and `amp tail` in processes of their own. */
export async function startTailWorld(): Promise<TailWorld> {
  const emulator = await startEmulator({ org: { path: ':memory:', seed: 'empty' } });
  const heard: Heard[] = [];
  const door = await openDoor(emulator.url, heard);
  const own = isolatedEnvironment();
  const sockets = new Set<Socket>();
  door.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const env = {
    ...own,
    AMP_ORG_ACCESS_TOKEN: emulator.signIn().accessToken,
    AMP_ORG_INSTANCE_URL: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
  };
  const folder = join(own.HOME!, 'project');
  const processes: ChildProcess[] = [];
  const commit = (work: Parameters<typeof emulator.org.commit>[1]) =>
    emulator.org.commit({ userId: emulator.org.adminUserId, changeOrigin: '' }, work);
  return {
    emulator,
    heard,
    createContact(lastName) {
      let id = '';
      commit((transaction) => {
        const result = transaction.insert('Contact', { LastName: lastName });
        id = result.success ? result.id : '';
      });
      return id;
    },
    updateContact: (id, values) => void commit((transaction) => transaction.update('Contact', id, values)),
    tail(...args) {
      const amp = join(import.meta.dirname, '../../bin/amp.js');
      const child = spawn(process.execPath, [amp, 'tail', ...args], {
        env: { ...env, AMP_STATE_DIR: folder },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      processes.push(child);
      return watch(child);
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async stop() {
      for (const child of processes) child.kill('SIGKILL');
      door.closeAllConnections();
      door.close();
      await emulator.stop();
    },
  };
}

function watch(child: ChildProcess): TailProcess {
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const has = (text: string | RegExp) =>
    typeof text === 'string' ? `${stdout}${stderr}`.includes(text) : text.test(`${stdout}${stderr}`);
  return {
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => has(text) && resolve();
        child.stdout!.on('data', look);
        child.stderr!.on('data', look);
        child.once('close', () =>
          has(text) ? resolve() : reject(new Error(`${text} was not said: ${stdout}${stderr}`)),
        );
        look();
      }),
    async interrupt() {
      child.kill('SIGINT');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}

/** Passes everything on, and keeps what goes to the stream. */
async function openDoor(target: string, heard: Heard[]): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const path = incoming.url ?? '/';
      if (path.startsWith('/cometd'))
        heard.push({ path, authorization: incoming.headers.authorization, body: body.toString() });
      const onward = request(`${target}${path}`, { method: incoming.method, headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      // A client that leaves ends its connect at the org as well.
      outgoing.on('close', () => onward.destroy());
      onward.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
