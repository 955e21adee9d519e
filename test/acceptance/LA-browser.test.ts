import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiRig, startApi } from '../api/api-rig.ts';

const executablePath = process.env.AMP_TEST_CHROMIUM ?? '/usr/bin/chromium';
const path = '/v1/projects/local/integrations/crm/installations/ins_acme';

/** A page of somebody else that tries what a page can try, with a key it should not have. */
const page = (api: string, key: string) => `<!DOCTYPE html><title>evil</title>
<iframe name="sink"></iframe>
${['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']
  .map(
    (type) =>
      `<form method="post" enctype="${type}" target="sink" action="${api}${path}:pause"><input name='{"note":"' value='"}'></form>`,
  )
  .join('\n')}
<img src="${api}${path}">
<script>
  const tries = [];
  for (const form of document.forms) form.submit();
  for (const mode of ['no-cors', 'cors'])
    for (const headers of [{}, { 'content-type': 'application/json', 'x-api-key': '${key}' }, { 'x-amp-proxy-version': '1' }])
      for (const method of ['POST', 'GET', 'DELETE'])
        tries.push(fetch('${api}${path}' + (method === 'POST' ? ':pause' : ''), { method, mode, headers, ...(method === 'POST' ? { body: '{}' } : {}) })
          .then((answer) => answer.text(), () => 'refused'));
  window.outcome = Promise.all(tries);
</script>`;

// Shown as skipped where there is no browser. Debian: apt-get install chromium; .ci/run installs it.
describe.runIf(existsSync(executablePath))('in a real browser', () => {
  let rig: ApiRig;
  let site: Server;
  beforeAll(async () => {
    rig = await startApi();
    site = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page(rig.api.url!, rig.key));
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    site.closeAllConnections();
    site.close();
    await rig.stop();
  });

  test('LA-6 no form and no script of another page has an effect or sees an answer', async () => {
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
      const answers = await tab.evaluate('window.outcome');
      expect(new Set(answers as string[])).toEqual(new Set(['refused', '']));
      // What has arrived was answered: a form's request is under way before the page's own.
      await expect
        .poll(() => rig.lines.filter((line) => line.includes('POST')).length, { timeout: 20_000 })
        .toBeGreaterThanOrEqual(3);
      expect(rig.lines.filter((line) => line.includes(path)).every((line) => line.endsWith('→ 403'))).toBe(true);
      expect((await rig.ask({ path })).json).toMatchObject({ status: 'active', pausedObjects: [] });
    } finally {
      await browser.close();
    }
  }, 60_000);
});
