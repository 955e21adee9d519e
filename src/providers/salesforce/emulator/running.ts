import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AmpError } from '../../../errors/amp-error.ts';
import { callAdmin } from './admin-client.ts';

/** How to reach and sign in to an emulator that runs in some process of this user. The secrets are fake by construction. */
export interface EmulatorAddress {
  url: string;
  /** With --tls: the same org over https. */
  tlsUrl?: string;
  clientId: string;
  clientSecret: string;
  username: string;
  password: string;
  securityToken: string;
  pid: number;
}

const folder = (dataDir: string) => join(dataDir, 'emulators');
const fileOf = (dataDir: string, url: string) => join(folder(dataDir), `${new URL(url).port}.json`);

/** Leaves word of a running emulator where other amp processes look. Returns what takes it away again. */
export function announceEmulator(dataDir: string, address: EmulatorAddress): () => void {
  mkdirSync(folder(dataDir), { recursive: true, mode: 0o700 });
  const file = fileOf(dataDir, address.url);
  writeFileSync(file, `${JSON.stringify(address, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** The emulators that answer; files of dead ones are cleared away. */
export async function findEmulators(dataDir: string): Promise<EmulatorAddress[]> {
  const alive: EmulatorAddress[] = [];
  for (const name of listFiles(folder(dataDir))) {
    const file = join(folder(dataDir), name);
    try {
      const address = JSON.parse(readFileSync(file, 'utf8')) as EmulatorAddress;
      await callAdmin(address.url, 'GET', '/status');
      alive.push(address);
    } catch (error) {
      if (error instanceof AmpError && error.code !== 'emulator-not-running') throw error;
      rmSync(file, { force: true });
    }
  }
  return alive;
}

/** The one emulator meant: by port, or the only one running. Throws `emulator-not-running`, or `usage` when several run. */
export async function findEmulator(dataDir: string, port?: number): Promise<EmulatorAddress> {
  const running = await findEmulators(dataDir);
  const found = port === undefined ? running : running.filter(({ url }) => Number(new URL(url).port) === port);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    const ports = found.map(({ url }) => new URL(url).port).join(', ');
    throw new AmpError({
      code: 'usage',
      message: `Several emulators run (ports ${ports}).`,
      hint: 'Name one with --port.',
    });
  }
  const where = port === undefined ? 'on this machine' : `on port ${port}`;
  throw new AmpError({ code: 'emulator-not-running', message: `No emulator runs ${where}.` });
}

function listFiles(dir: string): string[] {
  try {
    return readdirSync(dir).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
