import { expect, test } from 'vitest';
import { type Client, soql, startClient } from './client.ts';

// The traps of the real platform that a server causes: each can be had from the emulator on demand.

const create = async (client: Client, object: string, values: object): Promise<string> =>
  (await client.call('POST', `sobjects/${object}`, values)).json.id;
const rows = async (client: Client, text: string, all = false) =>
  (await client.call('GET', all ? soql(text).replace('query?', 'queryAll?') : soql(text))).json.records;
const change = (client: Client, ...changes: object[]) => client.call('POST', '/__emulator/records', { changes });

async function bulkText(client: Client, query: string, operation = 'query'): Promise<string> {
  const { json } = await client.call('POST', 'jobs/query', { operation, query });
  await client.call('GET', `jobs/query/${json.id}`);
  return (await client.call('GET', `jobs/query/${json.id}/results`)).text;
}

test('1 many rows of one transaction share a stamp of whole seconds', async () => {
  const client = await startClient();
  client.emulator.clock.advance(345);
  await change(client, ...['a', 'b', 'c'].map((Name) => ({ change: 'create', object: 'Account', values: { Name } })));
  const stamps = (await rows(client, 'SELECT SystemModstamp FROM Account')).map(
    (row: { SystemModstamp: string }) => row.SystemModstamp,
  );
  expect(new Set(stamps)).toEqual(new Set(['2026-06-01T12:00:00.000+0000']));
});

test('2 a transaction held open commits behind the cursor', async () => {
  const client = await startClient();
  const held = (
    await client.call('POST', '/__emulator/transactions', {
      changes: [{ change: 'create', object: 'Account', values: { Name: 'Late' } }],
    })
  ).json;
  client.emulator.clock.advance(60_000);
  await create(client, 'Account', { Name: 'Early' });
  const after = 'SELECT Name FROM Account WHERE SystemModstamp > 2026-06-01T12:00:30Z';
  expect((await rows(client, after)).length).toBe(1);
  await client.call('POST', `/__emulator/transactions/${held.id}/commit`, {});
  expect((await rows(client, after)).length).toBe(1);
  expect((await rows(client, 'SELECT Name FROM Account')).length).toBe(2);
});

test('3 the org’s clock is not the client’s: answers carry it', async () => {
  const client = await startClient();
  client.emulator.clock.advance(-300_000);
  expect((await client.call('GET', 'limits')).headers.get('date')).toBe('Mon, 01 Jun 2026 11:55:00 GMT');
});

test('6 and 7 deletes leave the query, hard deletes leave queryAll too, undeletes bring rows back', async () => {
  const client = await startClient();
  const ids = [await create(client, 'Account', { Name: 'Soft' }), await create(client, 'Account', { Name: 'Hard' })];
  await change(
    client,
    { change: 'delete', object: 'Account', id: ids[0] },
    { change: 'hard-delete', object: 'Account', id: ids[1] },
  );
  const names = async (all: boolean) =>
    (await rows(client, 'SELECT Name FROM Account', all)).map(({ Name }: { Name: string }) => Name);
  expect([await names(false), await names(true)]).toEqual([[], ['Soft']]);
  await change(client, { change: 'undelete', object: 'Account', id: ids[0] });
  expect(await names(false)).toEqual(['Soft']);
});

test('9 a field hidden from the user is no column at all', async () => {
  const client = await startClient();
  await create(client, 'Account', { Name: 'A', Phone: '1' });
  const hide = { access: [{ object: 'Account', field: 'Phone', readable: false, editable: false }] };
  await client.call('POST', '/__emulator/schema', hide);
  const { status, json } = await client.call('GET', soql('SELECT Phone FROM Account'));
  expect([status, json[0].errorCode]).toEqual([400, 'INVALID_FIELD']);
  const { fields } = (await client.call('GET', 'sobjects/Account/describe')).json;
  expect(fields.some(({ name }: { name: string }) => name === 'Phone')).toBe(false);
});

test('12 a plus in a URL is a space', async () => {
  const client = await startClient();
  const { status } = await client.call(
    'GET',
    'query?q=SELECT+Id+FROM+Account+WHERE+CreatedDate>2026-06-01T00:00:00+00:00',
  );
  expect(status).toBe(400);
  expect(
    (await client.call('GET', 'query?q=SELECT+Id+FROM+Account+WHERE+CreatedDate>2026-06-01T00:00:00%2B00:00')).status,
  ).toBe(200);
});

test('18 and 19 the last locator is the text null and every page repeats the header', async () => {
  const client = await startClient();
  for (const Name of ['a', 'b']) await create(client, 'Account', { Name });
  const { json } = await client.call('POST', 'jobs/query', { operation: 'query', query: 'SELECT Name FROM Account' });
  await client.call('GET', `jobs/query/${json.id}`);
  const first = await client.call('GET', `jobs/query/${json.id}/results?maxRecords=1`);
  const locator = first.headers.get('sforce-locator');
  const last = await client.call('GET', `jobs/query/${json.id}/results?maxRecords=1&locator=${locator}`);
  expect([first.text, last.text, last.headers.get('sforce-locator')]).toEqual([
    '"Name"\n"a"\n',
    '"Name"\n"b"\n',
    'null',
  ]);
});

test('20, 21 and 22 awkward texts arrive as they are, null and empty alike, leading zeros kept', async () => {
  const client = await startClient();
  const Description = 'a "quote", a comma\nLF \u2028 line null NA 😀';
  await create(client, 'Account', { Name: 'A', Description, Phone: '007' });
  await create(client, 'Account', { Name: 'B' });
  const text = await bulkText(client, 'SELECT Name, Description, Phone, AnnualRevenue FROM Account ORDER BY Name');
  expect(text).toBe(
    `"Name","Description","Phone","AnnualRevenue"\n"A","${Description.replaceAll('"', '""')}","007",""\n"B","","",""\n`,
  );
});

test('27 a failed job may give no reason', async () => {
  const client = await startClient();
  const { json } = await client.call('POST', 'jobs/query', { operation: 'query', query: 'SELECT Id FROM Account' });
  client.emulator.faults.add({ name: 'jobs-fail' });
  const failed = (await client.call('GET', `jobs/query/${json.id}`)).json;
  expect([failed.state, 'errorMessage' in failed]).toEqual(['Failed', false]);
});

test('29 bulk queryAll brings deleted rows', async () => {
  const client = await startClient();
  const id = await create(client, 'Account', { Name: 'Gone' });
  await client.call('DELETE', `sobjects/Account/${id}`);
  expect(await bulkText(client, 'SELECT Name, IsDeleted FROM Account', 'queryAll')).toBe(
    '"Name","IsDeleted"\n"Gone","true"\n',
  );
});

test('30 REST, bulk and change events write date-times differently', async () => {
  const client = await startClient();
  await create(client, 'Account', { Name: 'A' });
  expect((await rows(client, 'SELECT CreatedDate FROM Account'))[0].CreatedDate).toBe('2026-06-01T12:00:00.000+0000');
  expect(await bulkText(client, 'SELECT CreatedDate FROM Account')).toContain('"2026-06-01T12:00:00.000Z"');
});

test('36 a duplicate rule answers with the key duplicateResut, and allowSave lets the row in', async () => {
  const client = await startClient();
  const duplicateRules = [{ object: 'Contact', name: 'Same_Email', fields: ['Email'], allowSave: true }];
  await client.call('POST', '/__emulator/schema', { duplicateRules });
  const contact = { LastName: 'A', Email: 'a@b.example' };
  await create(client, 'Contact', contact);
  const { status, json } = await client.call('POST', 'sobjects/Contact', contact);
  expect([status, json[0].errorCode]).toEqual([400, 'DUPLICATES_DETECTED']);
  expect(json[0].duplicateResut ?? json[0].duplicateResult).toMatchObject({ allowSave: expect.any(Boolean) });
  const saved = await client.call('POST', 'sobjects/Contact', contact, {
    'sforce-duplicate-rule-header': 'allowSave=true',
  });
  expect(saved.status).toBe(201);
});

test('41 a text that is too long is refused by its label and its value', async () => {
  const client = await startClient();
  const { json } = await client.call('POST', 'sobjects/Account', { Name: 'x'.repeat(256) });
  expect(json[0]).toMatchObject({ errorCode: 'STRING_TOO_LONG', fields: ['Name'] });
  expect(json[0].message).toMatch(/^Account Name: data value too large: x+ \(max length=255\)$/);
});

test('42 a 15-character id is taken and answered with 18', async () => {
  const client = await startClient();
  const id = await create(client, 'Account', { Name: 'A' });
  expect((await client.call('GET', `sobjects/Account/${id.slice(0, 15)}?fields=Name`)).json.attributes.url).toContain(
    id,
  );
  expect((await client.call('GET', `sobjects/Contact/${id}`)).status).toBe(400);
});

test('44 a value outside a restricted picklist fails its row alone', async () => {
  const client = await startClient();
  client.emulator.org.schema.createField('Account', {
    name: 'Race__c',
    type: 'picklist',
    picklistValues: ['a'],
    restrictedPicklist: true,
  });
  const record = (Race__c: string) => ({ attributes: { type: 'Account' }, Name: 'A', Race__c });
  const { json } = await client.call('POST', 'composite/sobjects', { records: [record('a'), record('X')] });
  expect([json[0].success, json[1].errors[0].statusCode]).toEqual([true, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST']);
});

test('48 an event may name a wildcard instead of records', async () => {
  const client = await startClient();
  const { json } = await client.call('POST', '/__emulator/events', {
    object: 'Contact',
    changeType: 'GAP_UPDATE',
    recordIds: ['003*'],
  });
  expect(json.replayId).toBeGreaterThan(0);
});

test('AUTH-10 AUTH-26 60 some 401s no refresh can cure', async () => {
  const client = await startClient();
  client.emulator.faults.add({ name: 'session-not-for-rest' });
  for (let i = 0; i < 2; i++) {
    const { status, json } = await client.call('GET', 'limits');
    expect([status, json[0].message]).toEqual([401, 'This session is not valid for use with the REST API']);
  }
});

test('a schema change between making a bulk job and reading it does not change its columns', async () => {
  const client = await startClient();
  await create(client, 'Account', { Name: 'A', Fax: '1' });
  const { json } = await client.call('POST', 'jobs/query', {
    operation: 'query',
    query: 'SELECT Name, Fax FROM Account',
  });
  await client.call('POST', '/__emulator/schema', {
    fields: [{ object: 'Account', name: 'New__c', type: 'string', length: 5 }],
  });
  await client.call('GET', `jobs/query/${json.id}`);
  expect((await client.call('GET', `jobs/query/${json.id}/results`)).text).toBe('"Name","Fax"\n"A","1"\n');
});

test('5 a cross-object formula changes without moving its row’s stamp', async () => {
  const client = await startClient();
  const product = await create(client, 'Product2', { Name: 'Before' });
  const [book] = await rows(client, 'SELECT Id FROM Pricebook2 WHERE IsStandard = true');
  await create(client, 'PricebookEntry', { Product2Id: product, Pricebook2Id: book.Id, UnitPrice: 1, IsActive: true });
  client.emulator.clock.advance(60_000);
  await client.call('PATCH', `sobjects/Product2/${product}`, { Name: 'After' });
  const [entry] = await rows(client, 'SELECT Name, SystemModstamp FROM PricebookEntry');
  expect([entry.Name, entry.SystemModstamp]).toEqual(['After', '2026-06-01T12:00:00.000+0000']);
});

test('46 and 53 replay ids and sequence numbers have holes', async () => {
  const client = await startClient();
  const { members } = client.emulator.world.events;
  members.add(
    {
      fullName: 'C',
      eventChannel: 'ChangeEvents',
      selectedEntity: 'ContactChangeEvent',
      enrichedFields: [],
      filterExpression: null,
    },
    'm1',
  );
  const contact = (LastName: string) => ({ change: 'create', object: 'Contact', values: { LastName } });
  await change(
    client,
    { change: 'create', object: 'Account', values: { Name: 'unselected' } },
    contact('a'),
    contact('b'),
  );
  const { events } = client.emulator.world;
  const [first, second] = events.after('/data/ContactChangeEvent', 0, 10);
  expect(second!.replayId - first!.replayId).toBeGreaterThan(1);
  const { payload } = events.render(first!, '/data/ContactChangeEvent') as {
    payload: { ChangeEventHeader: { sequenceNumber: number } };
  };
  expect(payload.ChangeEventHeader.sequenceNumber).toBe(2);
});
