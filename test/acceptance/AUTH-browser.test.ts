import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openEmulatedOrg } from '../../src/providers/salesforce/emulator/open-org.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import { freePort, newUser, startLogin } from '../auth/login-process.ts';
import { runAmp } from '../cli/run-amp.ts';

const executablePath = process.env.AMP_TEST_CHROMIUM ?? '/usr/bin/chromium';

// Shown as skipped where there is no browser. Debian: apt-get install chromium; .ci/run installs it.
describe.runIf(existsSync(executablePath))('in a real browser', () => {
  let browser: Awaited<ReturnType<typeof chromium.launch>>;
  let emulator: RunningEmulator;
  let port: number;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    port = await freePort();
    emulator = await startEmulator({
      org: openEmulatedOrg({ path: ':memory:' }),
      rotation: 'strict',
      redirectUris: [`http://localhost:${port}/OauthRedirect`],
    });
  });
  afterEach(() => emulator.stop());

  /** Opens the address amp printed, fills in the form and answers what the last page says. */
  async function signInAs(url: URL, decision: 'Allow' | 'Deny', password = emulator.password) {
    const page = await browser.newPage();
    try {
      await page.goto(url.href);
      await page.getByLabel('Username').fill(emulator.username);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: decision }).click();
      await page.waitForURL(/OauthRedirect\/done|authorize/);
      return { text: (await page.textContent('body')) ?? '', url: page.url() };
    } finally {
      await page.close();
    }
  }

  /** A public app: no secret to send. */
  const publicApp = () => {
    emulator.registerApp({ clientId: 'public-app', redirectUris: [`http://localhost:${port}/OauthRedirect`] });
    return 'public-app';
  };

  test('AUTH-1 AUTH-3 signing in ends on a page that says so, with the code gone from the address bar', async () => {
    const env = newUser();
    const { url, ended } = await startLogin(emulator.url, publicApp(), { env, port, args: ['--alias', 'acme'] });
    const page = await signInAs(url, 'Allow');
    expect(page.text).toContain('Signed in');
    expect(page.url).toBe(`http://localhost:${port}/OauthRedirect/done`);
    const result = await ended;
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toContain(emulator.username);

    // And the sign-in lasts over an expired session, whose refresh rotates the token.
    emulator.world.sessions.end(() => true);
    expect(await runAmp(['org', 'limits', 'acme'], { env })).toMatchObject({ code: 0 });
    expect(emulator.world.grants.rotations).toBe(1);
    expect(emulator.world.grants.selfInflicted).toBe(0);
  });

  test('a confidential app sends secret and verifier', async () => {
    const env = { ...newUser(), AMP_ORG_CLIENT_SECRET: emulator.clientSecret };
    const { url, ended } = await startLogin(emulator.url, emulator.clientId, { env, port });
    await signInAs(url, 'Allow');
    expect(await ended).toMatchObject({ code: 0 });
  });

  test('AUTH-3 choosing Deny ends the sign-in and says so', async () => {
    const { url, ended } = await startLogin(emulator.url, publicApp(), { port });
    expect((await signInAs(url, 'Deny')).text).toContain('Access was denied');
    expect(await ended).toMatchObject({ code: 4, stderr: expect.stringContaining('org-sign-in-denied') });
  });

  test('AUTH-21 an app that is not installed ends with the administrator step', async () => {
    emulator.registerApp({ clientId: publicApp(), installed: false });
    const { url, ended } = await startLogin(emulator.url, 'public-app', { port });
    await signInAs(url, 'Allow');
    const { code, stderr } = await ended;
    expect(code).toBe(4);
    expect(stderr).toMatch(/org-app-not-installed[\s\S]*Connected Apps OAuth Usage/);
  });

  test('AUTH-22 a callback the app does not know is explained on the page, and the wait ends in time', async () => {
    emulator.registerApp({ clientId: publicApp(), redirectUris: ['http://localhost:9/other'] });
    const { url, ended } = await startLogin(emulator.url, 'public-app', { port, args: ['--timeout', '2'] });
    const page = await browser.newPage();
    await page.goto(url.href);
    expect(await page.textContent('body')).toContain('redirect_uri_mismatch');
    await page.close();
    expect((await ended).code).toBe(4);
  });
});
