import { expect, test } from 'vitest';
import { type Client, soql, startClient } from '../emulator/protocol/client.ts';

// The emulator's side of the REST checks: what a client meets on the wire.

const data = '/services/data/v66.0';
const create = async (client: Client, object: string, values: object): Promise<string> =>
  (await client.call('POST', `sobjects/${object}`, values)).json.id;

test('REST-1 a create answers 201 with the id; a missing field is named', async () => {
  const client = await startClient();
  const { status, json } = await client.call('POST', 'sobjects/Account', { Name: 'A' });
  expect([status, json.id]).toEqual([201, expect.stringMatching(/^001\w{15}$/)]);
  const refused = await client.call('POST', 'sobjects/Account', {});
  expect(refused.json[0]).toMatchObject({ errorCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] });
});

test('REST-2 a retrieve with fields answers only those', async () => {
  const client = await startClient();
  const id = await create(client, 'Account', { Name: 'A', Phone: '1', Fax: '2' });
  const { json } = await client.call('GET', `sobjects/Account/${id}?fields=Phone`);
  expect([json.Phone, json.Fax, json.Name]).toEqual(['1', undefined, undefined]);
});

test('REST-3 an update touches only the given fields and answers 204', async () => {
  const client = await startClient();
  const id = await create(client, 'Account', { Name: 'A', Phone: '1' });
  expect((await client.call('PATCH', `sobjects/Account/${id}`, { Fax: '2' })).status).toBe(204);
  expect((await client.call('GET', `sobjects/Account/${id}`)).json).toMatchObject({ Name: 'A', Phone: '1', Fax: '2' });
});

test('REST-4 a second delete is 404 ENTITY_IS_DELETED', async () => {
  const client = await startClient();
  const id = await create(client, 'Account', { Name: 'A' });
  expect((await client.call('DELETE', `sobjects/Account/${id}`)).status).toBe(204);
  const { status, json } = await client.call('DELETE', `sobjects/Account/${id}`);
  expect([status, json[0].errorCode]).toEqual([404, 'ENTITY_IS_DELETED']);
});

test('REST-5 an upsert key with slash, space and plus finds its record again', async () => {
  const client = await startClient();
  client.emulator.org.schema.createField('Account', {
    name: 'Ext__c',
    type: 'string',
    length: 20,
    externalId: true,
    unique: true,
  });
  const path = `sobjects/Account/Ext__c/${encodeURIComponent('a/b c+d')}`;
  const statuses = [];
  for (const version of ['v66.0', 'v66.0', 'v45.0']) {
    statuses.push((await client.call('PATCH', `/services/data/${version}/${path}`, { Name: 'A' })).status);
  }
  expect(statuses).toEqual([201, 200, 204]);
  expect((await client.call('GET', soql('SELECT Ext__c FROM Account'))).json.records[0].Ext__c).toBe('a/b c+d');
});

test('REST-6 a composite takes 25 parts for one API call, 26 are refused', async () => {
  const client = await startClient();
  const parts = (n: number) =>
    Array.from({ length: n }, (_, i) => ({
      method: 'GET',
      url: `${data}/sobjects/Account/describe`,
      referenceId: `r${i}`,
    }));
  const before = client.emulator.world.usage.total;
  const { json } = await client.call('POST', 'composite', { compositeRequest: parts(25) });
  expect(json.compositeResponse).toHaveLength(25);
  expect(client.emulator.world.usage.total - before).toBe(1);
  expect((await client.call('POST', 'composite', { compositeRequest: parts(26) })).status).toBe(400);
});

test('REST-7 a composite with references rolls back whole', async () => {
  const client = await startClient();
  const { json } = await client.call('POST', 'composite', {
    allOrNone: true,
    compositeRequest: [
      { method: 'POST', url: `${data}/sobjects/Account`, referenceId: 'a', body: { Name: 'A' } },
      { method: 'POST', url: `${data}/sobjects/Contact`, referenceId: 'c', body: { AccountId: '@{a.id}' } },
    ],
  });
  expect(json.compositeResponse.map(({ body }: { body: { errorCode: string }[] }) => body[0]!.errorCode)).toEqual([
    'PROCESSING_HALTED',
    'REQUIRED_FIELD_MISSING',
  ]);
  expect((await client.call('GET', soql('SELECT COUNT() FROM Account'))).json.totalSize).toBe(0);
});

test('REST-8 more than five queries in one composite are refused', async () => {
  const client = await startClient();
  const parts = Array.from({ length: 6 }, (_, i) => ({
    method: 'GET',
    url: `${data}/query?q=SELECT+Id+FROM+Account`,
    referenceId: `r${i}`,
  }));
  expect((await client.call('POST', 'composite', { compositeRequest: parts })).status).toBe(400);
});

test('REST-9 a graph takes 500 nodes; a failing node undoes its own graph only', async () => {
  const client = await startClient();
  const node = (i: number, body: object) => ({
    method: 'POST',
    url: `${data}/sobjects/Account`,
    referenceId: `r${i}`,
    body,
  });
  const full = Array.from({ length: 499 }, (_, i) => node(i, { Name: `A${i}` }));
  const send = (graphs: object[]) => client.call('POST', 'composite/graph', { graphs });
  const { json } = await send([
    { graphId: 'full', compositeRequest: full },
    { graphId: 'bad', compositeRequest: [node(0, {})] },
  ]);
  expect(json.graphs.map(({ isSuccessful }: { isSuccessful: boolean }) => isSuccessful)).toEqual([true, false]);
  expect((await client.call('GET', soql('SELECT COUNT() FROM Account'))).json.totalSize).toBe(499);
  expect((await send([{ graphId: 'x', compositeRequest: [...full, node(499, {}), node(500, {})] }])).status).toBe(400);
});

test('REST-10 a collection takes 200 rows, answers in input order, and undoes all only when asked', async () => {
  const client = await startClient();
  const records = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ attributes: { type: 'Account' }, ...(i === 7 ? {} : { Name: `A${i}` }) }));
  expect((await client.call('POST', 'composite/sobjects', { records: records(201) })).status).toBe(400);
  const partial = await client.call('POST', 'composite/sobjects', { records: records(200) });
  expect(partial.json.flatMap(({ success }: { success: boolean }, i: number) => (success ? [] : [i]))).toEqual([7]);
  const whole = await client.call('POST', 'composite/sobjects', { allOrNone: true, records: records(10) });
  expect(whole.json.some(({ success }: { success: boolean }) => success)).toBe(false);
  expect((await client.call('GET', soql('SELECT COUNT() FROM Account'))).json.totalSize).toBe(199);
});

test('REST-11 a collection delete takes at most 200 ids', async () => {
  const client = await startClient();
  const id = await create(client, 'Account', { Name: 'A' });
  expect((await client.call('DELETE', `composite/sobjects?ids=${Array(201).fill(id).join(',')}`)).status).toBe(400);
  expect((await client.call('DELETE', `composite/sobjects?ids=${id}`)).json[0].success).toBe(true);
});

test('REST-12 Apex REST passes JSON and other bodies unchanged', async () => {
  const client = await startClient({ apexStubs: [{ method: 'POST', path: '/echo', echo: true }] });
  for (const [type, body] of [
    ['application/json', '{"a":1.50,"b":"é"}'],
    ['text/csv', 'a,b\r\n1,"2"\r\n'],
  ] as const) {
    const { text, headers } = await client.call('POST', '/services/apexrest/echo', body, { 'content-type': type });
    expect([headers.get('content-type'), text]).toEqual([type, body]);
  }
});

test('REST-13 the usage header counts up to the limit of the org', async () => {
  const client = await startClient({ settings: { dailyApiRequests: 45 } });
  await client.call('GET', 'limits');
  expect((await client.call('GET', 'limits')).headers.get('sforce-limit-info')).toBe('api-usage=2/45');
});

test('REST-15 and REST-22 limits are 403 with their code, or 429', async () => {
  const client = await startClient();
  client.emulator.faults.add({ name: 'daily-limit' });
  const limited = await client.call('GET', 'limits');
  expect([limited.status, limited.json[0].errorCode]).toEqual([403, 'REQUEST_LIMIT_EXCEEDED']);
  client.emulator.faults.add({ name: 'too-many-requests-retry-after' });
  expect((await client.call('GET', 'limits')).headers.get('retry-after')).toBe('2');
});

test('REST-16 503, 500 and locked rows come on demand and go away', async () => {
  const client = await startClient();
  for (const [name, status] of [
    ['error-503-html', 503],
    ['error-500-html', 500],
    ['row-locked', 400],
  ] as const) {
    client.emulator.faults.add({ name });
    expect((await client.call('POST', 'sobjects/Account', { Name: 'A' })).status).toBe(status);
    expect((await client.call('POST', 'sobjects/Account', { Name: 'A' })).status).toBe(201);
  }
});

test('REST-17 what is wrong for good says so by its code', async () => {
  const client = await startClient();
  const validationRules = [{ object: 'Account', name: 'No_B', formula: 'Name = "B"', message: 'No B' }];
  await client.call('POST', '/__emulator/schema', { validationRules });
  const codes = [
    (await client.call('GET', soql('SELECT Nope FROM Account'))).json[0].errorCode,
    (await client.call('GET', soql('SELECT Id FRM Account'))).json[0].errorCode,
    (await client.call('POST', 'sobjects/Account', { Name: 'B' })).json[0].errorCode,
  ];
  expect(codes).toEqual(['INVALID_FIELD', 'MALFORMED_QUERY', 'FIELD_CUSTOM_VALIDATION_EXCEPTION']);
});

test('REST-19 and REST-20 each org describes its own fields, values and references', async () => {
  const [one, other] = [await startClient(), await startClient()];
  one.emulator.org.schema.createField('Account', { name: 'Mine__c', type: 'picklist', picklistValues: ['a', 'b'] });
  const fields = async (client: Client) => (await client.call('GET', 'sobjects/Account/describe')).json.fields;
  const mine = (await fields(one)).find(({ name }: { name: string }) => name === 'Mine__c');
  expect(mine).toMatchObject({ type: 'picklist', nillable: true, picklistValues: [{ value: 'a' }, { value: 'b' }] });
  expect((await fields(other)).some(({ name }: { name: string }) => name === 'Mine__c')).toBe(false);
});

test('REST-21 HTML, empty and truncated error bodies come with their status', async () => {
  const client = await startClient();
  const bodies = [];
  for (const name of ['error-502-html', 'not-acceptable-empty', 'garbled-json']) {
    client.emulator.faults.add({ name });
    const { status, text, json } = await client.call('GET', 'limits');
    bodies.push([status, text === '' ? 'empty' : text.startsWith('<') ? 'html' : 'cut', json]);
  }
  expect(bodies).toEqual([
    [502, 'html', undefined],
    [406, 'empty', undefined],
    [400, 'cut', undefined],
  ]);
});
