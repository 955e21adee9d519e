import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { InstallationConfig } from '../../src/installations/config.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/index.ts';
import { crm, type LocalAmp, lead, localAmp } from '../deploy/local-amp.ts';
import { askPage, formBody, type OpenPage, openInstallPage } from '../installations/install-page.ts';

const account =
  '{objectName: account, destination: crmEvents, schedule: "*/30 * * * *", requiredFields: [{fieldName: id}, {mapToName: sector, mapToDisplayName: Sector, default: industry, prompt: "Which field is the <b>sector</b>?"}], optionalFields: [{fieldName: website}, {fieldName: phone, mapToName: tel}, {mapToName: note}]}';
const install = ['install', 'crm', '-g', 'quayline', '-o', 'acme'];

let emulator: RunningEmulator;
let home: string;
let amp: LocalAmp;
let page: OpenPage | undefined;

beforeAll(async () => {
  emulator = await startEmulator();
  emulator.org.schema.createObject({ name: 'Touchpoint__c', fields: [{ name: 'Score__c', type: 'number' }] });
  const signedIn = localAmp(crm(lead));
  home = signedIn.home;
  const login = await signedIn.amp(['org', 'login', '--emulator', '--alias', 'acme'], {
    env: { AMP_EMULATOR_URL: emulator.url },
  });
  expect(login.code).toBe(0);
});
afterAll(() => emulator.stop());

beforeEach(async () => {
  amp = localAmp(crm(account), home);
  await amp.json(['destinations', 'add', 'crmEvents', '--folder', join(amp.dir, 'out')]);
  await amp.json(['deploy', '--yes']);
});
afterEach(() => {
  page?.child.kill();
  page = undefined;
});

const open = async (...args: string[]) => {
  page = await openInstallPage(amp, ...args);
  return page;
};
const configOf = async (group = 'quayline') =>
  (await amp.json<{ config: InstallationConfig }>(['installations', 'show', group])).config;
const submit = async (url: URL, changes: Record<string, string | undefined> = {}) => {
  const { body } = await askPage(url);
  return askPage(url, { body: formBody(body, changes) });
};

describe('choosing on a page', () => {
  test('ONB-1 the page offers the live fields with the default preselected, and sending it as it is equals --yes', async () => {
    const { url, ended } = await open(...install);
    const { status, body } = await askPage(url);
    expect(status).toBe(200);
    expect(body).toContain('<option value="Industry" selected>');
    expect(body).toContain('Which field is the &lt;b&gt;sector&lt;/b&gt;?');
    expect(body.match(/<option value="NumberOfEmployees"/g)).toHaveLength(2);
    expect(await askPage(url, { body: formBody(body) })).toMatchObject({ status: 303, headers: { location: '/done' } });
    expect((await askPage(url, { path: '/done' })).body).toContain('Saved');
    expect(await ended).toMatchObject({ code: 0, stdout: expect.stringContaining('crm is installed for quayline') });
    const fromPage = await configOf();
    await amp.json(['install', 'crm', '-g', 'headless', '-o', 'acme', '--yes']);
    expect(fromPage).toEqual(await configOf('headless'));
    expect(fromPage.read!.objects.account!.selectedFieldMappings).toEqual({ sector: 'Industry' });
  });

  test('ONB-1 each tenant keeps what was chosen for it: fields, mappings and a path over a relationship', async () => {
    const { url, ended } = await open(...install, '--json');
    const choices = { '0.map.0': 'Type', '0.map.1.path': "$['Owner']['Email']", '0.field.1': 'on' };
    expect((await submit(url, choices)).status).toBe(303);
    const { code, stdout } = await ended;
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ sampled: ['account'] })]);
    const other = await open('install', 'crm', '-g', 'other', '-o', 'acme');
    await submit(other.url);
    await other.ended;
    expect((await configOf()).read!.objects.account).toEqual({
      objectName: 'account',
      selectedFields: { phone: true },
      selectedFieldMappings: { sector: 'Type', note: "$['Owner']['Email']" },
    });
    expect((await configOf('other')).read!.objects.account!.selectedFieldMappings).toEqual({ sector: 'Industry' });
  });

  test('ONB-2 ONB-3 what is missing or not in the org stays on the page with the reason, and nothing is saved', async () => {
    const { url, ended } = await open(...install);
    const empty = await submit(url, { '0.map.0': '', '0.field.0': 'on' });
    expect([empty.status, empty.body]).toEqual([422, expect.stringContaining('Choose a field for Sector.')]);
    expect(empty.body).toContain('name="0.field.0" checked');
    const wrong = await submit(url, { '0.map.1.path': 'Nonsense__c' });
    expect(wrong.body).toContain('Account has no field &quot;Nonsense__c&quot;');
    expect(await amp.json(['installations'])).toEqual({ installations: [] });
    expect((await submit(url, { '0.map.0': 'Type', '0.map.1.path': '' })).status).toBe(303);
    expect((await ended).code).toBe(0);
  });

  test('a sample read the org refuses comes back to the page, and better choices go through', async () => {
    const { url, ended } = await open(...install);
    const fault = emulator.faults.add({
      match: { path: '/query' },
      effect: {
        kind: 'answer',
        status: 400,
        contentType: 'application/json',
        body: JSON.stringify([{ errorCode: 'INVALID_FIELD', message: "No such column 'Industry' on 'Account'" }]),
      },
    });
    const refused = await submit(url);
    expect(refused.status).toBe(422);
    expect(refused.body).toContain('No such column &#39;Industry&#39;');
    expect(refused.body).toContain('field-level security');
    emulator.faults.remove(fault.id);
    await submit(url);
    expect((await ended).code).toBe(0);
  });

  test('ONB-15 every field of a custom object can be picked where the manifest allows any', async () => {
    amp.write(
      crm(
        '{objectName: touchpoint__c, destination: crmEvents, schedule: "0 * * * *", requiredFields: [{fieldName: id}], optionalFieldsAuto: all}',
      ),
    );
    await amp.json(['deploy', '--yes']);
    const { url, ended } = await open(...install);
    const { body } = await askPage(url);
    const input = /name="(0\.other\.\d+)"> [^<]*\(Score__c, /.exec(body)![1]!;
    await askPage(url, { body: formBody(body, { [input]: 'on' }) });
    await ended;
    expect((await configOf()).read!.objects.touchpoint__c!.selectedFields).toEqual({ Score__c: true });
  });

  test('an update shows what was chosen so far and changes only what is changed', async () => {
    await amp.json([...install, '--map', 'sector=Type', '--map', 'note=Description', '--field', 'website']);
    const { url, ended } = await open('installations', 'update', 'quayline');
    const { body } = await askPage(url);
    expect(body).toMatch(/<option value="Type" selected>[\s\S]*<option value="Description" selected>/);
    await askPage(url, { body: formBody(body, { '0.map.1': '', '0.field.0': undefined, '0.field.1': 'on' }) });
    expect((await ended).code).toBe(0);
    expect((await configOf()).read!.objects.account).toEqual({
      objectName: 'account',
      selectedFields: { phone: true },
      selectedFieldMappings: { sector: 'Type' },
    });
  });

  test('the wait ends in time, saying so; --web with --yes is a wrong command line', async () => {
    const { ended } = await open(...install, '--timeout', '1');
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('installation-page-timeout')]);
    expect(await amp.amp([...install, '--web', '--yes'])).toMatchObject({ code: 64 });
  });
});

describe('who may send the page', () => {
  test('only somebody with the address: other paths, other names for this computer and other methods get nothing', async () => {
    const { url } = await open(...install);
    const { body } = await askPage(url);
    const status = async (more: Parameters<typeof askPage>[1]) => (await askPage(url, more)).status;
    expect(await status({ path: '/' })).toBe(404);
    expect(await status({ path: `${url.pathname}x` })).toBe(404);
    expect(await status({ path: '/done' })).toBe(404);
    expect(await status({ method: 'PUT' })).toBe(405);
    expect(await status({ headers: { host: 'evil.example' } })).toBe(421);
    expect(await status({ headers: { host: `127.0.0.1.nip.io:${url.port}` } })).toBe(421);
    expect(await status({ headers: { origin: 'http://evil.example' } })).toBe(403);
    const form = formBody(body);
    expect(await status({ body: form, headers: { origin: 'http://evil.example' } })).toBe(403);
    expect(await status({ body: form, headers: { origin: undefined } })).toBe(403);
    expect(await status({ body: form, headers: { origin: 'null' } })).toBe(403);
    expect(await status({ body: form, headers: { 'sec-fetch-site': 'cross-site' } })).toBe(403);
    expect(await status({ body: form, headers: { 'content-type': 'text/plain' } })).toBe(415);
    expect(await status({ body: form, headers: { 'content-length': '999999999' } })).toBe(413);
    expect(await amp.json(['installations'])).toEqual({ installations: [] });
  });

  test('the address opens in one browser: who reads it later sees nothing and can send nothing', async () => {
    const { url, ended } = await open(...install);
    const { body, headers } = await askPage(url);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^amp_form=\\S+; Path=${url.pathname}; HttpOnly; SameSite=Strict$`)),
    ]);
    const other = { headers: { cookie: 'amp_form=guess' } };
    const late = await askPage(url, other);
    expect([late.status, late.body]).toEqual([409, expect.stringContaining('opens once')]);
    expect(late.body).not.toContain('<form');
    expect((await askPage(url, { ...other, body: formBody(body) })).status).toBe(403);
    expect((await askPage(url)).status).toBe(200);
    expect((await askPage(url, { body: formBody(body) })).status).toBe(303);
    expect((await ended).code).toBe(0);
  });

  test('the page has no script, nothing from elsewhere and a policy that allows neither, and repeats nothing it was sent', async () => {
    const { url } = await open(...install);
    const { headers, body } = await askPage(url);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(body).not.toMatch(/<script|https?:\/\/|src=|href=/i);
    const attack = '"><script>alert(1)</script>';
    const again = await submit(url, { '0.map.1.path': attack, [attack]: attack });
    expect([again.status, again.body.includes('<script>')]).toEqual([422, false]);
  });

  test('the address is good for one saved installation; it listens on loopback alone and the port is free afterwards', async () => {
    const { url, ended } = await open(...install);
    await submit(url);
    const late = await askPage(url, { body: 'x=1' }).catch((error: NodeJS.ErrnoException) => ({ status: error.code }));
    expect([404, 'ECONNREFUSED', 'ECONNRESET']).toContain(late.status);
    expect((await ended).code).toBe(0);
    await expect(askPage(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('two forms sent at once save one installation', async () => {
    const { url, ended } = await open(...install);
    const { body } = await askPage(url);
    const answers = await Promise.all([1, 2].map(() => askPage(url, { body: formBody(body) })));
    expect(answers.map(({ status }) => status).filter((status) => status === 303)).toHaveLength(1);
    expect((await ended).code).toBe(0);
    expect((await amp.json<{ installations: object[] }>(['installations'])).installations).toHaveLength(1);
  });
});
