import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const bin = join(import.meta.dirname, '../../bin/amp.js');

/** A new folder with these files. */
export function makeFolder(files: Record<string, string | Uint8Array>): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'amp-manifest-')));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  return dir;
}

/** Runs the built `amp` in a folder, with a HOME of its own. */
export function amp(
  cwd: string,
  args: string[],
  options: { input?: string | Uint8Array; env?: Record<string, string> } = {},
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [bin, ...args], {
    cwd,
    encoding: 'utf8',
    timeout: 20_000,
    input: options.input ?? '',
    env: { PATH: process.env.PATH ?? '', HOME: cwd, AMP_CONFIG_DIR: join(cwd, '.config'), ...options.env },
  });
}
