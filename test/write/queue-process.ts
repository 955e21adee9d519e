import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { parseJson } from '../../src/mapping/parse-json.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import type { OrgRecord } from '../../src/orgs/org.ts';
import { acceleratedClock, systemClock } from '../../src/platform/clock.ts';
import { createDescriber } from '../../src/providers/salesforce/describe/describer.ts';
import { parseWriteRequest } from '../../src/runtime/write/parse-request.ts';
import { enqueueWrite } from '../../src/runtime/write/queue/enqueue-write.ts';
import { plainWriteSource } from '../../src/runtime/write/write-source.ts';
import { startReadWorld } from '../read/read-world.ts';

export interface QueueChild {
  dir: string;
  record: OrgRecord;
  accessToken: string;
  speed: number;
  originMs: number;
}

/** The child as one file, beside a node_modules of its own so that the native SQLite binding is found. */
export async function buildQueueChild(): Promise<string> {
  const root = join(import.meta.dirname, '../..');
  const dir = mkdtempSync(join(tmpdir(), 'amp-queue-child-'));
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  const outfile = join(dir, 'queue-child.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'queue-child.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['keytar', '@photostructure/sqlite'],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    logLevel: 'warning',
  });
  return outfile;
}

/** An emulator, a state folder with queued writes, and processes that send them. */
export async function startQueueRig(childFile: string, { speed = 1 } = {}) {
  const read = await startReadWorld({ frozenClock: false, now: Date.now(), onDisk: true });
  const { record, state, client, emulator } = read;
  const originMs = Date.now();
  const clock = speed === 1 ? systemClock : acceleratedClock({ speed, originMs });
  const log = createOperationLog(state.db, { clock, redact: (text) => text });
  const describer = createDescriber({ client, org: record, clock, cacheDir: undefined });
  const { accessToken } = emulator.signIn();
  const operations: string[] = [];
  return {
    ...read,
    operations,
    async enqueue(objectName: string, body: object): Promise<string> {
      const { operationId } = await enqueueWrite(
        { state, clock, log, describe: describer.object },
        { source: plainWriteSource(objectName), org: record, startedBy: 'test' },
        parseWriteRequest(objectName, parseJson(JSON.stringify({ mode: 'asynchronous', ...body }))),
      );
      operations.push(operationId);
      return operationId;
    },
    startChild(): ChildProcess {
      const child: QueueChild = { dir: state.dir, record, accessToken, speed, originMs };
      return spawn(process.execPath, [childFile, JSON.stringify(child)], { stdio: ['ignore', 'ignore', 'inherit'] });
    },
  };
}

export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('close', (code) => resolve(code)));
}
