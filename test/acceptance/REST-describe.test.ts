import { mkdtempSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/credentials/memory.ts';
import { createMemoryRegistry } from '../../src/orgs/registry.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createHttp } from '../../src/platform/http.ts';
import { signIn } from '../../src/providers/salesforce/auth/sign-in.ts';
import { connectSalesforce } from '../../src/providers/salesforce/connect.ts';
import { createDescriber } from '../../src/providers/salesforce/describe/describer.ts';
import { findField, isRequiredOnCreate } from '../../src/providers/salesforce/describe/object-schema.ts';
import { openEmulatedOrg } from '../../src/providers/salesforce/emulator/open-org.ts';
import { startEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import { connected } from '../auth/connected.ts';
import { type StrictOrg, startStrictOrg } from '../auth/strict-org.ts';

const open: StrictOrg[] = [];
afterEach(async () => {
  for (const org of open.splice(0)) await org.close();
});

const stamp = 'Sat, 21 Nov 2026 20:00:00 GMT';

/** An org whose Account has one custom field of the given name. */
async function orgWithField(name: string) {
  const org = await startStrictOrg();
  open.push(org);
  const answered: number[] = [];
  org.intercept = (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.endsWith('/sobjects/Account/describe') && !request.url?.endsWith('/sobjects/account/describe'))
      return false;
    const unchanged = request.headers['if-modified-since'] === stamp;
    answered.push(unchanged ? 304 : 200);
    response.writeHead(unchanged ? 304 : 200, { 'last-modified': stamp, 'content-type': 'application/json' });
    const fields = [
      { name: 'Name', type: 'string', label: 'Account Name', length: 255, createable: true, nillable: false },
      {
        name,
        type: 'picklist',
        custom: true,
        nillable: true,
        picklistValues: [{ value: 'hot', label: 'Very hot', active: true }],
      },
      {
        name: 'OwnerId',
        type: 'reference',
        referenceTo: ['User', 'Group'],
        relationshipName: 'Owner',
        nillable: false,
        createable: true,
        defaultedOnCreate: true,
      },
    ];
    response.end(
      unchanged ? undefined : JSON.stringify({ name: 'Account', label: 'Account', fields, childRelationships: [] }),
    );
    return true;
  };
  const account = await connected(org);
  return { ...account, answered };
}

test('REST-19 an unchanged object costs one conditional request, also in the next process', async () => {
  const { client, record, answered } = await orgWithField('Heat__c');
  const cacheDir = mkdtempSync(join(tmpdir(), 'amp-cache-'));
  const options = { client, org: { ...record, isEmulator: false }, clock: systemClock, cacheDir };
  const first = await createDescriber(options).object('account');
  const again = createDescriber(options);
  expect(await again.object('Account')).toEqual(first);
  expect(await again.object('ACCOUNT')).toEqual(first);
  expect(answered).toEqual([200, 304]);
});

test('REST-20 two orgs never see each other’s fields, even with one cache folder', async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'amp-cache-'));
  const names: string[][] = [];
  for (const field of ['Heat__c', 'Cold__c', 'Heat__c']) {
    const { client, record } = await orgWithField(field);
    const org = { ...record, isEmulator: false };
    const account = await createDescriber({ client, org, clock: systemClock, cacheDir }).object('Account');
    names.push(account.fields.map((entry) => entry.name));
  }
  expect(names).toEqual([
    ['Name', 'Heat__c', 'OwnerId'],
    ['Name', 'Cold__c', 'OwnerId'],
    ['Name', 'Heat__c', 'OwnerId'],
  ]);
});

test('REST-19 picklist values, all reference targets and what a create needs are kept', async () => {
  const { client, record } = await orgWithField('Heat__c');
  const account = await createDescriber({ client, org: record, clock: systemClock, cacheDir: undefined }).object(
    'Account',
  );
  expect(findField(account, 'heat__C')!.picklistValues).toEqual([
    { value: 'hot', label: 'Very hot', active: true, isDefault: false },
  ]);
  expect(findField(account, 'OwnerId')).toMatchObject({ referenceTo: ['User', 'Group'], relationshipName: 'Owner' });
  expect(account.fields.filter(isRequiredOnCreate).map((field) => field.name)).toEqual(['Name']);
});

test('REST-19 every object of an org is described whole, custom ones included, per field what the org says', async () => {
  const emulator = await startEmulator({ org: openEmulatedOrg({ path: ':memory:' }) });
  try {
    emulator.org.schema.createObject({
      name: 'Invoice__c',
      fields: [{ name: 'Amount__c', type: 'currency', precision: 16, scale: 2 }],
    });
    const { clientId, clientSecret, url: loginUrl } = emulator;
    const proof = { flow: 'client-credentials' as const, loginUrl, clientId, clientSecret };
    const http = createHttp();
    const { org, tokens } = await signIn(proof, { http, clock: systemClock });
    const credentials = createMemoryStore();
    const registry = createMemoryRegistry([org]);
    const client = await connectSalesforce({ org, tokens, credentials, registry, clock: systemClock, http });
    const describer = createDescriber({ client, org, clock: systemClock, cacheDir: undefined });
    for (const summary of await describer.objects()) {
      const object = await describer.object(summary.name);
      expect(object.label).toBe(summary.label);
      const raw = await client.json<{ fields: Record<string, unknown>[] }>({
        path: `sobjects/${summary.name}/describe`,
      });
      expect(object.fields).toHaveLength(raw.body.fields.length);
      for (const [at, field] of object.fields.entries()) {
        const { picklistValues, helpText, ...plain } = field;
        expect(raw.body.fields[at]).toMatchObject({ ...plain, inlineHelpText: helpText });
        expect(picklistValues.map(({ value }) => value)).toEqual(
          (raw.body.fields[at]!.picklistValues as { value: string }[]).map(({ value }) => value),
        );
      }
    }
    const invoice = await describer.object('invoice__C');
    expect(invoice).toMatchObject({ name: 'Invoice__c', custom: true });
    expect(findField(invoice, 'Amount__c')).toMatchObject({ type: 'currency', precision: 16, scale: 2, custom: true });
  } finally {
    await emulator.stop();
  }
});

test('twenty workers asking at once are one request', async () => {
  const { client, record, answered } = await orgWithField('Heat__c');
  const describer = createDescriber({ client, org: record, clock: systemClock, cacheDir: undefined });
  await Promise.all(Array.from({ length: 20 }, () => describer.object('Account')));
  expect(answered).toEqual([200]);
});

test('a name that cannot be an object is refused without asking', async () => {
  const { client, record } = await orgWithField('Heat__c');
  const describer = createDescriber({ client, org: record, clock: systemClock, cacheDir: undefined });
  await expect(describer.object('../limits')).rejects.toMatchObject({ code: 'salesforce-object-unknown' });
  expect(client.apiCalls).toBe(0);
});
