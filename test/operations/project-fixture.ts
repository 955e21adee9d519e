import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import { freePort, newUser, startLogin, visit } from '../auth/login-process.ts';
import { type AmpResult, runAmp } from '../cli/run-amp.ts';

const manifest = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: contact
          destination: inbox
          schedule: "*/15 * * * *"
          requiredFields:
            - fieldName: lastname
            - fieldName: email
`;

export interface InstalledProject {
  emulator: RunningEmulator;
  dir: string;
  env: Record<string, string>;
  amp(...args: string[]): Promise<AmpResult>;
  /** As the customer does after `amp org login --alias acme`. */
  signInAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** A deployed project with a destination folder, one installed customer `quayline`, and a sign-in by browser behind it. */
export async function startInstalledProject(contacts: number, text = manifest): Promise<InstalledProject> {
  const port = await freePort();
  const emulator = await startEmulator({
    org: { path: ':memory:', seed: 'empty', records: { Contact: contacts } },
    redirectUris: [`http://localhost:${port}/OauthRedirect`],
  });
  const dir = mkdtempSync(join(tmpdir(), 'amp-project-'));
  writeFileSync(join(dir, 'amp.yaml'), text);
  const env = newUser();
  const amp = (...args: string[]) => runAmp(args, { cwd: dir, env });
  await signIn(emulator, env, port);
  for (const args of [
    ['destinations', 'add', 'inbox', '--folder', join(dir, 'inbox')],
    ['deploy', '--yes'],
    ['install', 'crm', '--group', 'quayline', '--org', 'acme', '--skip-sampling'],
  ]) {
    const { code, stderr } = await amp(...args);
    if (code !== 0) throw new Error(`amp ${args.join(' ')}: ${stderr}`);
  }
  return { emulator, dir, env, amp, signInAgain: () => signIn(emulator, env, port), stop: () => emulator.stop() };
}

/** The browser's part: the form of the sign-in page, and the way back to the callback. */
async function signIn(emulator: RunningEmulator, env: Record<string, string>, port: number): Promise<void> {
  const login = await startLogin(emulator.url, emulator.clientId, {
    env: { ...env, AMP_ORG_CLIENT_SECRET: emulator.clientSecret },
    port,
    args: ['--alias', 'acme'],
  });
  const page = await (await fetch(login.url)).text();
  const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const { username, password } = emulator;
  const answer = await fetch(`${emulator.url}/services/oauth2/authorize`, {
    method: 'POST',
    body: new URLSearchParams({ ticket, username, password, decision: 'allow' }),
    redirect: 'manual',
  });
  const callback = new URL(answer.headers.get('location') ?? '');
  await visit(port, `${callback.pathname}${callback.search}`);
  const { code, stderr } = await login.ended;
  if (code !== 0) throw new Error(`sign-in: ${stderr}`);
}
