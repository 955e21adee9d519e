import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InstallationConfig } from '../../src/installations/config.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/index.ts';
import { crm, type LocalAmp, localAmp } from '../deploy/local-amp.ts';
import { openInstallPage } from '../installations/install-page.ts';

const executablePath = process.env.AMP_TEST_CHROMIUM ?? '/usr/bin/chromium';

// Shown as skipped where there is no browser. Debian: apt-get install chromium; .ci/run installs it.
describe.runIf(existsSync(executablePath))('in a real browser', () => {
  let browser: Awaited<ReturnType<typeof chromium.launch>>;
  let emulator: RunningEmulator;
  let amp: LocalAmp;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    emulator = await startEmulator();
    amp = localAmp(
      crm(
        '{objectName: account, mapToDisplayName: Companies, destination: crmEvents, schedule: "*/30 * * * *", requiredFields: [{fieldName: id}, {mapToName: sector, mapToDisplayName: Sector, default: Industry}, {mapToName: tier, mapToDisplayName: Tier}], optionalFields: [{fieldName: website}]}',
      ),
    );
    await amp.amp(['org', 'login', '--emulator', '--alias', 'acme'], { env: { AMP_EMULATOR_URL: emulator.url } });
    await amp.json(['destinations', 'add', 'crmEvents', '--folder', join(amp.dir, 'out')]);
    await amp.json(['deploy', '--yes']);
  });
  afterAll(async () => {
    await browser?.close();
    await emulator?.stop();
  });

  test('ONB-1 ONB-2 a customer chooses on the page: what is missing is said there, and the rest is remembered', async () => {
    const { url, ended } = await openInstallPage(amp, 'install', 'crm', '-g', 'quayline', '-o', 'acme');
    const page = await browser.newPage();
    const refused: string[] = [];
    page.on('console', (message) => message.text().includes('Content Security Policy') && refused.push(message.text()));
    await page.goto(url.href);
    expect(await page.getByRole('group', { name: 'Companies' }).count()).toBe(1);
    expect(await page.getByLabel('Sector', { exact: true }).inputValue()).toBe('Industry');
    const button = page.getByRole('button', { name: 'Install' });
    // The style is allowed by its hash.
    const colour = await page.evaluate('getComputedStyle(document.querySelector("button")).backgroundColor');
    expect(colour).toBe('rgb(29, 78, 216)');
    await page.getByRole('checkbox', { name: 'Website' }).check();
    await button.click();
    expect(await page.getByRole('alert').textContent()).toContain('Choose a field for Tier.');
    expect(await page.getByRole('checkbox', { name: 'Website' }).isChecked()).toBe(true);
    await page.getByLabel('Tier', { exact: true }).selectOption('Type');
    await button.click();
    await page.waitForURL(/\/done$/);
    expect(await page.textContent('h1')).toBe('Saved');
    await page.close();
    expect((await ended).code).toBe(0);
    expect(refused).toEqual([]);
    const { config } = await amp.json<{ config: InstallationConfig }>(['installations', 'show', 'quayline']);
    expect(config.read!.objects.account).toEqual({
      objectName: 'account',
      selectedFields: { website: true },
      selectedFieldMappings: { sector: 'Industry', tier: 'Type' },
    });
  });

  test('a page of another site can neither show the form in a frame nor send it', async () => {
    const { url, child, ended } = await openInstallPage(amp, 'install', 'crm', '-g', 'other', '-o', 'acme');
    const page = await browser.newPage();
    await page.route('http://evil.example/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="${url.href}"></iframe><form method="post" action="${url.href}"><button>Win</button></form>`,
      }),
    );
    await page.goto('http://evil.example/');
    const frame = page.frames().find((one) => one !== page.mainFrame());
    expect(await frame?.getByRole('button', { name: 'Install' }).count()).toBe(0);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST').catch(() => undefined),
      page.getByRole('button', { name: 'Win' }).click({ noWaitAfter: true }),
    ]);
    expect(answer?.status()).toBe(403);
    await page.close();
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    const { installations } = await amp.json<{ installations: { groupRef: string }[] }>(['installations']);
    expect(installations.map(({ groupRef }) => groupRef)).not.toContain('other');
  });
});
