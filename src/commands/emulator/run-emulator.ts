import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../cli/context.ts';
import { AmpError } from '../../errors/amp-error.ts';
import { fileUnreadable } from '../../platform/files.ts';
import {
  announceEmulator,
  type EmulatorAddress,
  findEmulators,
  type RunningEmulator,
  readSeedFile,
  seedOptions,
  startEmulator,
} from '../../providers/salesforce/index.ts';
import { renderStarted } from '../../views/emulator.ts';
import { startDetached } from './start-detached.ts';

export interface StartFlags {
  port?: number;
  seed?: string;
  data?: string;
  records?: string[];
  'org-number'?: number;
  rotation?: 'off' | 'strict' | 'lenient';
  'secret-prefix'?: string;
  'redirect-uri'?: string[];
  'jwt-certificate'?: string;
  faults?: string;
  apex?: string;
  tls?: boolean;
  detach?: boolean;
}

/** Starts the org, says how to sign in, and keeps it running until a signal or `amp emulator stop`. */
export async function runEmulator(context: Context, flags: StartFlags): Promise<void> {
  if (flags.detach) return say(context, await startDetached(context, flags));
  const stopRequested = new AbortController();
  const emulator = await startOn(
    context,
    startOptions(context, flags, () => stopRequested.abort()),
  );
  const { url, clientId, clientSecret, username, password, securityToken } = emulator;
  const address: EmulatorAddress = {
    url,
    ...(emulator.tlsUrl ? { tlsUrl: emulator.tlsUrl } : {}),
    clientId,
    clientSecret,
    username,
    password,
    securityToken,
    pid: process.pid,
  };
  const withdraw = announceEmulator(context.config.dataDir, address);
  try {
    say(context, address);
    await ended(AbortSignal.any([context.signal, stopRequested.signal]));
  } finally {
    withdraw();
    await emulator.stop();
  }
}

/** Who holds the port is told when it is one of ours. */
async function startOn(context: Context, options: ReturnType<typeof startOptions>): Promise<RunningEmulator> {
  try {
    return await startEmulator(options);
  } catch (error) {
    if (!(error instanceof AmpError) || error.code !== 'emulator-port-taken') throw error;
    const holder = (await findEmulators(context.config.dataDir)).find(({ url }) => portOf(url) === options.port);
    if (!holder) throw error;
    throw new AmpError({
      code: 'emulator-port-taken',
      message: `An emulator of amp already runs on port ${options.port} (process ${holder.pid}).`,
      hint: `Use it: amp org login --emulator. Or end it: amp emulator stop --port ${options.port}. Or start another one: --port 0.`,
      cause: error,
    });
  }
}

const portOf = (url: string) => Number(new URL(url).port);

function say(context: Context, address: EmulatorAddress): void {
  if (context.output.json) context.output.document(address);
  else context.output.text(renderStarted(address, context.output.style));
}

function startOptions(context: Context, flags: StartFlags, onStopRequested: () => void) {
  const file = (name: string) => resolve(context.cwd, name);
  const seedFile = flags.seed?.endsWith('.json') ? readSeedFile(file(flags.seed)) : undefined;
  return {
    org: {
      ...seedOptions({
        seed: seedFile ? 'empty' : (flags.seed ?? 'crm'),
        ...(flags.records ? { records: flags.records } : {}),
        ...(flags.data ? { dataFile: file(flags.data) } : {}),
      }),
      ...(flags['org-number'] === undefined ? {} : { orgNumber: flags['org-number'] }),
      // In step with every other process on a test's clock.
      ...(context.clock.speed === undefined ? {} : { wall: () => context.clock.now() }),
    },
    port: flags.port ?? 7575,
    onStopRequested,
    onInternalError: (error: unknown) => context.output.warning(`The emulator failed inside: ${String(error)}`),
    ...(seedFile ? { seedRecords: seedFile } : {}),
    ...(flags.rotation ? { rotation: flags.rotation } : {}),
    ...(flags['secret-prefix'] ? { secretPrefix: flags['secret-prefix'] } : {}),
    ...(flags['redirect-uri'] ? { redirectUris: flags['redirect-uri'] } : {}),
    ...(flags['jwt-certificate'] ? { jwtPublicKey: readText(file(flags['jwt-certificate'])) } : {}),
    ...(flags.faults ? { faults: readArray(file(flags.faults)) } : {}),
    ...(flags.apex ? { apexStubs: readArray(file(flags.apex)) } : {}),
    ...(flags.tls ? { tls: true } : {}),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileUnreadable(path, error);
  }
}

function readArray(path: string): never[] {
  const text = readText(path);
  try {
    const items: unknown = JSON.parse(text);
    if (Array.isArray(items)) return items as never[];
  } catch (error) {
    throw new AmpError({
      code: 'emulator-data-invalid',
      message: `${path}: ${(error as Error).message}.`,
      cause: error,
    });
  }
  throw new AmpError({ code: 'emulator-data-invalid', message: `${path}: expected a JSON array.` });
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
