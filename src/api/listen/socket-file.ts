import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { AmpError } from '../../errors/amp-error.ts';

/** Longest path a Unix socket can have: 104 bytes on macOS with the NUL, 108 on Linux. */
const longestPathBytes = 103;

/** Beside the project's state; on Windows a pipe named after it. */
export function defaultSocketPath(stateDir: string): string {
  if (process.platform !== 'win32') return join(stateDir, 'api.sock');
  return `\\\\.\\pipe\\amp-${createHash('sha256').update(stateDir).digest('hex').slice(0, 16)}`;
}

/**
 * Makes way for a socket at `path`: a file that a crashed runtime left behind goes, one that somebody listens on stays.
 * Throws `api-address-taken`, `api-socket-unusable`.
 */
export async function prepareSocketPath(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  if (Buffer.byteLength(path) > longestPathBytes) {
    throw unusable(path, `is longer than the ${longestPathBytes} bytes a socket's path may have`);
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket() || found.uid !== process.getuid?.()) throw unusable(path, 'is something else already');
  if (await isListening(path)) {
    throw new AmpError({ code: 'api-address-taken', message: `Another process listens on ${path}.` });
  }
  rmSync(path, { force: true });
}

/** Only this user may connect, whatever the umask was. */
export function protectSocket(path: string): void {
  if (process.platform !== 'win32') chmodSync(path, 0o600);
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

function unusable(path: string, why: string): AmpError {
  return new AmpError({ code: 'api-socket-unusable', message: `${path} ${why}.` });
}
