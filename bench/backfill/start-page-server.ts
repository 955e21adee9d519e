import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

export const tsx = resolve('node_modules/tsx/dist/cli.mjs');

export interface PageServer {
  url: string;
  stop(): Promise<void>;
}

/** The org of `page-server.ts`, in a process of its own. */
export async function startPageServer(options: {
  rows: number;
  pageRows: number;
  delayMs?: number;
  gzip: boolean;
}): Promise<PageServer> {
  const child: ChildProcess = spawn(process.execPath, [tsx, 'bench/backfill/page-server.ts', JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((done, failed) => {
    child.stdout!.once('data', (text) => done(String(text).trim()));
    child.once('exit', (code) => failed(new Error(`the page server ended with ${code}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill();
      await ended;
    },
  };
}
