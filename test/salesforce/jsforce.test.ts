import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/credentials/memory.ts';
import { createMemoryRegistry } from '../../src/orgs/registry.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createHttp } from '../../src/platform/http.ts';
import { signIn } from '../../src/providers/salesforce/auth/sign-in.ts';
import { saveBundle } from '../../src/providers/salesforce/auth/token-bundle.ts';
import { connectSalesforce } from '../../src/providers/salesforce/connect.ts';
import { openEmulatedOrg } from '../../src/providers/salesforce/emulator/open-org.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import { openJsforce } from '../../src/providers/salesforce/jsforce.ts';

let emulator: RunningEmulator;
beforeAll(async () => {
  emulator = await startEmulator({ org: openEmulatedOrg({ path: ':memory:' }) });
});
afterAll(() => emulator.stop());

async function connect() {
  const http = createHttp();
  const { clientId, clientSecret, url: loginUrl } = emulator;
  const proof = { flow: 'client-credentials' as const, loginUrl, clientId, clientSecret };
  const { org, tokens } = await signIn(proof, { http, clock: systemClock });
  const credentials = createMemoryStore();
  await saveBundle(credentials, org, tokens);
  const client = await connectSalesforce({
    org,
    credentials,
    registry: createMemoryRegistry([org]),
    clock: systemClock,
    http,
  });
  return { client, jsforce: await openJsforce(client) };
}

test('records are created, read, updated, queried and deleted', async () => {
  const { jsforce } = await connect();
  const created = await jsforce.sobject('Account').create({ Name: 'Grüße & Söhne' });
  expect(created).toMatchObject({ success: true });
  const id = created.id!;
  await jsforce.sobject('Account').update({ Id: id, Industry: 'Banking' });
  expect(await jsforce.sobject('Account').retrieve(id)).toMatchObject({ Name: 'Grüße & Söhne', Industry: 'Banking' });
  const found = await jsforce.query(`SELECT Name FROM Account WHERE Id = '${id}'`);
  expect(found).toMatchObject({ totalSize: 1, done: true });
  expect(await jsforce.sobject('Account').destroy(id)).toMatchObject({ success: true });
});

test('collections report row by row', async () => {
  const { jsforce } = await connect();
  const results = await jsforce
    .sobject('Account')
    .create([{ Name: 'One' }, {}, { Name: 'Three' }], { allOrNone: false });
  expect(results.map(({ success }) => success)).toEqual([true, false, true]);
});

test('an expired session is renewed once, by us', async () => {
  const { client, jsforce } = await connect();
  emulator.world.sessions.end(() => true);
  const before = client.apiCalls;
  expect((await jsforce.describe('Account')).name).toBe('Account');
  expect(client.apiCalls - before).toBe(2);
  expect(jsforce.accessToken).toBeFalsy();
});

test('errors are ours, and a create is not repeated', async () => {
  const { client, jsforce } = await connect();
  await expect(jsforce.sobject('Account').create({ Nonsense__c: 1 })).rejects.toMatchObject({
    code: 'salesforce-field-unknown',
  });
  emulator.faults.add({ name: 'error-503-html', count: 1 });
  const before = client.apiCalls;
  await expect(jsforce.sobject('Account').create({ Name: 'x' })).rejects.toMatchObject({
    code: 'salesforce-unavailable',
  });
  expect(client.apiCalls - before).toBe(1);
});
