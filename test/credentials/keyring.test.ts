import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StrictOrg, startStrictOrg } from '../auth/strict-org.ts';
import { isolatedEnvironment } from '../cli/run-amp.ts';

const root = resolve(import.meta.dirname, '../..');
const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const available =
  process.platform === 'linux' && has('gnome-keyring-daemon') && has('dbus-run-session') && has('secret-tool');

// Shown as skipped where the programs are missing. Debian: apt-get install dbus gnome-keyring libsecret-1-0 libsecret-tools procps. .ci/run installs them.
describe.runIf(available)('a real keyring', () => {
  let org: StrictOrg;
  beforeAll(async () => {
    org = await startStrictOrg({ canary: 'CANARY' });
  });
  afterAll(() => org.close());

  /** Runs shell lines inside one D-Bus session. `amp` is the built command line. */
  async function inSession(keyring: string, lines: string, env = isolatedEnvironment()) {
    const { execFile } = await import('node:child_process');
    const startedAt = Date.now();
    const amp = `amp() { "${process.execPath}" "${join(root, 'bin/amp.js')}" "$@"; }`;
    return new Promise<{ code: number; stdout: string; stderr: string; tookMs: number; env: Record<string, string> }>(
      (done) => {
        execFile(
          join(root, '.ci/with-keyring'),
          ['sh', '-c', `${amp}; ${lines}`],
          { env: { ...env, KEYRING: keyring, AMP_EMULATOR_URL: org.url } },
          (error, stdout, stderr) =>
            done({ code: error ? Number(error.code) : 0, stdout, stderr, tookMs: Date.now() - startedAt, env }),
        );
      },
    );
  }

  test('unlocked: the keychain holds the sign-in, the disk does not', async () => {
    const result = await inSession(
      'unlocked',
      'amp org login --emulator --alias k && amp org show k --json && amp org limits k --json && secret-tool search --all service amp',
    );
    expect(result.stdout).toMatch(/secret = .*CANARY/);
    expect(result).toMatchObject({ code: 0 });
    const config = result.env.AMP_CONFIG_DIR!;
    const files = readdirSync(config, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const found = spawnSync('grep', ['-rl', 'CANARY', result.env.HOME!]);
    expect(files.length).toBeGreaterThan(0);
    expect(found.stdout.toString()).toBe('');
  });

  test('signed in, then locked: it says locked, not "sign in"', async () => {
    const { env } = await inSession('unlocked', 'amp org login --emulator --alias k');
    const later = await inSession('locked', 'amp org limits k', env);
    expect(later.code).toBe(4);
    expect(later.stderr).toContain('keychain is locked');
  });

  test.each([
    ['locked', 'locked'],
    ['absent', 'no secret service'],
    ['no-bus', 'no D-Bus session'],
    ['mute', 'did not answer within 3 seconds'],
  ])('%s: refused with the reason and the ways out, nothing written, nothing hangs', async (keyring, reason) => {
    const result = await inSession(keyring, 'amp org login --emulator --alias k');
    expect(result.code).toBe(4);
    expect(result.stderr).toContain(reason);
    expect(result.stderr).toContain('AMP_CREDENTIAL_STORE=file');
    expect(spawnSync('grep', ['-rl', 'CANARY', result.env.HOME!]).stdout.toString()).toBe('');
    expect(result.tookMs).toBeLessThan(20_000);
  });
});
