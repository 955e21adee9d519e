import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCredentialStore } from '../../src/credentials/policy.ts';
import { openOrgRegistry } from '../../src/orgs/registry.ts';
import { saveSignIn } from '../../src/providers/salesforce/auth/save-sign-in.ts';
import { isolatedEnvironment } from '../cli/run-amp.ts';
import { bundleOf, recordOf } from './connected.ts';
import { type StrictOrg, startStrictOrg } from './strict-org.ts';

/**
 * The real command line against an org whose refresh tokens work once. `AMP_RIG=full npx vitest run test/auth/refresh-rigs`
 * runs the figures that are published: 50 processes × 20 rounds, 200 kills; otherwise a smaller version of the same.
 */
const full = process.env.AMP_RIG === 'full';
const processes = full ? 50 : 8;
const rounds = full ? 20 : 2;
const kills = full ? 200 : 16;
const timeoutMs = full ? 1_800_000 : 120_000;

let org: StrictOrg;
let env: Record<string, string>;

beforeEach(async () => {
  org = await startStrictOrg();
  const home = mkdtempSync(join(tmpdir(), 'amp-rig-'));
  const keyFile = join(home, 'key');
  writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
  env = { ...isolatedEnvironment(join(home, 'user')), AMP_CREDENTIAL_STORE: 'file', AMP_CREDENTIAL_KEY_FILE: keyFile };
  await signInAgain();
});
afterEach(() => org.close());

/** As after a web sign-in: a refresh token in the store, used once and gone. */
async function signInAgain(): Promise<void> {
  const configDir = env.AMP_CONFIG_DIR!;
  const credentials = openCredentialStore('file', { env, configDir });
  const signIn = {
    org: recordOf(org),
    tokens: bundleOf(org.grant(), org),
    privateKey: undefined,
    displayName: undefined,
  };
  await saveSignIn(signIn, { credentials, registry: openOrgRegistry(configDir), configDir }, 'acme');
}

interface Ended {
  code: number | null;
  said: string;
}

function startAmp(): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../bin/amp.js'), 'org', 'limits', 'acme', '--json'],
    {
      env,
      // A group of its own, so that a kill takes everything but what has deliberately left it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, said })));
  return { child, ended };
}

test(
  `AUTH-9 ${processes} processes × ${rounds} rounds with one expired, single-use refresh token: one refresh a round`,
  async () => {
    for (let round = 1; round <= rounds; round++) {
      org.expireAccessTokens();
      const results = await Promise.all(Array.from({ length: processes }, () => startAmp().ended));
      expect(results.filter(({ code }) => code !== 0)).toEqual([]);
      expect(org.counts.refresh).toBe(round);
    }
    expect(org.counts.reuse).toBeUndefined();
    expect(org.counts.collision).toBeUndefined();
  },
  timeoutMs,
);

test(
  `AUTH-14 ${kills} kills at random moments of a refresh: no account lost, no token presented twice`,
  async () => {
    org.settings.answerDelayMs = () => Math.random() * 50;
    const startedAt = performance.now();
    org.expireAccessTokens();
    await startAmp().ended;
    const usualMs = performance.now() - startedAt;

    const killed = { before: 0, around: 0, after: 0 };
    for (let round = 0; round < kills; round++) {
      org.expireAccessTokens();
      const refreshesBefore = org.counts.refresh ?? 0;
      const amp = startAmp();
      const kill = () => {
        try {
          process.kill(-amp.child.pid!, 'SIGKILL');
        } catch {
          // It had already ended.
        }
      };
      let sawRequest = false;
      // Every second kill aims at the moments after the org has read the token; the others fall anywhere.
      org.intercept = (request) => {
        if (request.url === '/services/oauth2/token') {
          sawRequest = true;
          if (round % 2 === 0) setTimeout(kill, Math.random() * 70);
        }
        return false;
      };
      const timer = round % 2 === 0 ? undefined : setTimeout(kill, Math.random() * usualMs * 1.2);
      const { code } = await amp.ended;
      clearTimeout(timer);
      org.intercept = undefined;
      killed[code === 0 ? 'after' : sawRequest ? 'around' : 'before']++;

      const next = await startAmp().ended;
      expect(next, `round ${round}`).toMatchObject({ code: 0 });
      expect(org.counts.reuse, `round ${round}`).toBeUndefined();
      expect(org.counts.refresh! - refreshesBefore, `round ${round}`).toBe(1);
    }
    if (full) console.log(`${kills} kills: ${JSON.stringify(killed)}, ${org.counts.refresh} refreshes, 0 reuses`);
    expect(killed.around).toBeGreaterThan(0);
  },
  timeoutMs,
);

test('AUTH-11 an answer that never came is tried once more, then the account asks for a new sign-in', async () => {
  org.expireAccessTokens();
  org.intercept = (request, _, body) => {
    if (request.url !== '/services/oauth2/token') return false;
    // The org rotates, and the network loses its answer.
    const grant = org.grant();
    expect(grant.refreshToken).not.toBe(new URLSearchParams(body).get('refresh_token'));
    request.socket.destroy();
    org.intercept = undefined;
    return true;
  };
  const first = await startAmp().ended;
  expect(first.code).toBe(4);
  expect(first.said).toContain('amp org login --alias acme');
  const asked = org.counts.refresh ?? 0;
  const second = await startAmp().ended;
  expect(second.code).toBe(4);
  expect(org.counts.refresh ?? 0).toBe(asked);
});
