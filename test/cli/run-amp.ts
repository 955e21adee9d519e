import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface AmpResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface AmpOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
}

/** A HOME of its own: nothing of the developer's machine leaks in, nothing of the test leaks out. */
export function isolatedEnvironment(home = mkdtempSync(join(tmpdir(), 'amp-test-'))): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    AMP_CONFIG_DIR: join(home, 'config'),
    AMP_CACHE_DIR: join(home, 'cache'),
    AMP_DATA_DIR: join(home, 'data'),
  };
}

/** Runs the built command line as a user would, to its end. */
export function runAmp(args: string[], options: AmpOptions = {}): Promise<AmpResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/amp.js'), ...args], {
      cwd: options.cwd ?? tmpdir(),
      env: { ...isolatedEnvironment(), ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(options.input ?? '');
  });
}
