import { expect, test } from 'vitest';
import { type Client, soql, startClient } from './client.ts';

async function startWithExternalId(unique = true): Promise<Client> {
  const client = await startClient();
  client.emulator.org.schema.createField('Account', {
    name: 'Ext__c',
    type: 'string',
    length: 80,
    externalId: true,
    unique,
  });
  return client;
}

const create = async (client: Client, object: string, values: Record<string, unknown>): Promise<string> =>
  (await client.call('POST', `sobjects/${object}`, values)).json.id;

test('the versions list is free, open to all, oldest first, with versions as text', async () => {
  const client = await startClient();
  const { json, headers } = await client.call('GET', '//services/data/', undefined, { authorization: '' });
  expect(json.at(-1)).toEqual({ label: "Summer '26", url: '/services/data/v67.0', version: '67.0' });
  expect(json.find(({ version }: { version: string }) => version === '62.0').label).toBe("Winter '25");
  expect(headers.get('sforce-limit-info')).toBeNull();
});

test('any API version is echoed back, in any spelling of the path', async () => {
  const client = await startClient();
  const id = await create(client, 'Account', { Name: 'Acme' });
  const { json } = await client.call('GET', `//services//data/v41.0/SOBJECTS/account/${id.slice(0, 15)}/?fields=name`);
  expect(json).toEqual({
    attributes: { type: 'Account', url: `/services/data/v41.0/sobjects/Account/${id}` },
    Name: 'Acme',
    Id: id,
  });
});

test('every data call is counted and says so; over the limit it is 403, not 401', async () => {
  const client = await startClient({ settings: { dailyApiRequests: 2 } });
  expect((await client.call('GET', 'limits')).headers.get('sforce-limit-info')).toBe('api-usage=1/2');
  expect((await client.call('GET', 'limits')).json.DailyApiRequests).toEqual({ Max: 2, Remaining: 0 });
  const over = await client.call('GET', 'limits');
  expect([over.status, over.json[0].errorCode]).toEqual([403, 'REQUEST_LIMIT_EXCEEDED']);
  client.emulator.clock.advance(25 * 3_600_000);
  client.emulator.world.sessions.adopt(client.token, client.emulator.userId);
  expect((await client.call('GET', 'limits')).status).toBe(200);
});

test('a record is created, read, changed and deleted with the platform’s answers', async () => {
  const client = await startClient();
  const created = await client.call('POST', 'sobjects/Account', { Name: 'Acme' });
  const { id } = created.json;
  expect([created.status, created.json]).toEqual([201, { id, success: true, errors: [] }]);
  expect(created.headers.get('location')).toBe(`/services/data/v66.0/sobjects/Account/${id}`);
  const changed = await client.call('PATCH', `sobjects/Account/${id}`, { Phone: '0044' });
  expect([changed.status, changed.text]).toEqual([204, '']);
  expect((await client.call('GET', `sobjects/Account/${id}?fields=Phone`)).json.Phone).toBe('0044');
  expect((await client.call('DELETE', `sobjects/Account/${id}`)).status).toBe(204);
  const again = await client.call('DELETE', `sobjects/Account/${id}`);
  expect([again.status, again.json]).toEqual([
    404,
    [{ message: 'entity is deleted', errorCode: 'ENTITY_IS_DELETED', fields: [] }],
  ]);
  expect((await client.call('GET', `sobjects/Account/${id}`)).status).toBe(404);
});

test('refusals name code, message and fields', async () => {
  const client = await startClient();
  const refused = async (object: string, values: Record<string, unknown>) => {
    const { status, json } = await client.call('POST', `sobjects/${object}`, values);
    return [status, json[0].errorCode, json[0].message, json[0].fields];
  };
  expect(await refused('Contact', { FirstName: 'A' })).toEqual([
    400,
    'REQUIRED_FIELD_MISSING',
    'Required fields are missing: [LastName]',
    ['LastName'],
  ]);
  expect((await refused('Contact', { LastName: 'A', Foo: 1 })).slice(0, 3)).toEqual([
    400,
    'INVALID_FIELD',
    "No such column 'Foo' on sobject of type Contact",
  ]);
  expect((await refused('Account', { Name: 'x'.repeat(256) }))[1]).toBe('STRING_TOO_LONG');
  expect((await refused('Contact', { LastName: 'A', Email: 'nope' }))[2]).toBe('Email: invalid email address: nope');
  expect((await client.call('POST', 'sobjects/Nothing', {})).status).toBe(404);
  expect((await client.call('POST', 'sobjects/Account', '{"Name":')).json[0].errorCode).toBe('JSON_PARSER_ERROR');
  expect((await client.call('PUT', 'sobjects/Account', {})).status).toBe(405);
});

test('an upsert by external id tells created, updated, and the old versions’ empty answer apart', async () => {
  const client = await startWithExternalId();
  const value = encodeURIComponent('a/b c+d');
  const created = await client.call('PATCH', `sobjects/Account/Ext__c/${value}`, { Name: 'Acme' });
  expect([created.status, created.json.created]).toEqual([201, true]);
  const updated = await client.call('PATCH', `sobjects/account/ext__C/${value}`, { Name: 'Acme 2' });
  expect([updated.status, updated.json]).toEqual([
    200,
    { id: created.json.id, success: true, errors: [], created: false },
  ]);
  const old = await client.call('PATCH', `/services/data/v45.0/sobjects/Account/Ext__c/${value}`, { Name: 'Acme 3' });
  expect([old.status, old.text]).toEqual([204, '']);
  const read = await client.call('GET', `sobjects/Account/Ext__c/${value}?fields=Name,Ext__c`);
  expect(read.json).toMatchObject({ Name: 'Acme 3', Ext__c: 'a/b c+d' });
  const only = await client.call('PATCH', 'sobjects/Account/Ext__c/none?updateOnly=true', { Name: 'x' });
  expect(only.status).toBe(404);
  const unknown = await client.call('PATCH', 'sobjects/Account/Namez/1', { Name: 'x' });
  expect([unknown.status, unknown.json[0].message]).toEqual([
    404,
    'Provided external ID field does not exist or is not accessible: Namez',
  ]);
});

test('several matches of an external id are 300 with their addresses, and nothing changes', async () => {
  const client = await startWithExternalId(false);
  const ids = [
    await create(client, 'Account', { Name: 'A', Ext__c: 'x' }),
    await create(client, 'Account', { Name: 'B', Ext__c: 'x' }),
  ];
  const urls = ids.map((id) => `/services/data/v66.0/sobjects/Account/${id}`);
  const upsert = await client.call('PATCH', 'sobjects/Account/Ext__c/x', { Name: 'C' });
  expect([upsert.status, upsert.json]).toEqual([300, urls]);
  const read = await client.call('GET', 'sobjects/Account/Ext__c/x');
  expect([read.status, read.json]).toEqual([300, urls]);
});

test('paths follow relationships both ways', async () => {
  const client = await startClient();
  const account = await create(client, 'Account', { Name: 'Acme' });
  const contact = await create(client, 'Contact', { LastName: 'Doe', AccountId: account });
  expect((await client.call('GET', `sobjects/Contact/${contact}/Account?fields=Name`)).json.Name).toBe('Acme');
  const children = await client.call('GET', `sobjects/Account/${account}/Contacts?fields=Id,LastName`);
  expect(children.json).toMatchObject({ totalSize: 1, done: true, records: [{ LastName: 'Doe' }] });
});

test('a long result is paged by locators that can be read again until they expire', async () => {
  const client = await startClient({
    org: { path: ':memory:', seed: 'empty', records: { Account: 1, Contact: 2500 }, frozenClock: true },
  });
  const first = await client.call('GET', soql('SELECT Id FROM Contact ORDER BY Id'));
  expect([first.json.totalSize, first.json.done, first.json.records.length]).toEqual([2500, false, 2000]);
  expect(first.json.nextRecordsUrl).toMatch(/^\/services\/data\/v66\.0\/query\/01g\w{15}-2000$/);
  for (let i = 0; i < 2; i++) {
    const next = await client.call('GET', first.json.nextRecordsUrl);
    expect([next.json.done, next.json.records.length, 'nextRecordsUrl' in next.json]).toEqual([true, 500, false]);
  }
  const small = await client.call('GET', soql('SELECT Id FROM Contact'), undefined, {
    'sforce-query-options': 'batchSize=1',
  });
  expect(small.json.records.length).toBe(200);
  client.emulator.world.locators.expireAll();
  const gone = await client.call('GET', first.json.nextRecordsUrl);
  expect([gone.status, gone.json[0]]).toEqual([
    400,
    { message: 'invalid query locator', errorCode: 'INVALID_QUERY_LOCATOR' },
  ]);
});

test('children of one row page on their own', async () => {
  const client = await startClient({
    org: { path: ':memory:', seed: 'empty', records: { Account: 1, Contact: 450 }, frozenClock: true },
  });
  const { json } = await client.call('GET', soql('SELECT Id, (SELECT Id FROM Contacts) FROM Account'));
  const ids: string[] = json.records[0].Contacts.records.map(({ Id }: { Id: string }) => Id);
  let next = json.records[0].Contacts.nextRecordsUrl;
  while (next) {
    const page = (await client.call('GET', next)).json;
    ids.push(...page.records.map(({ Id }: { Id: string }) => Id));
    next = page.nextRecordsUrl;
  }
  const count = await client.call('GET', soql('SELECT COUNT() FROM Contact WHERE AccountId != null'));
  expect(count.json.totalSize).toBeGreaterThan(400);
  expect([json.records[0].Contacts.totalSize, new Set(ids).size]).toEqual([count.json.totalSize, count.json.totalSize]);
});

test('conditional requests: 304 for readers, 412 for writers, ETags on accounts only', async () => {
  const client = await startClient();
  const id = await create(client, 'Account', { Name: 'Acme' });
  const lead = await create(client, 'Lead', { LastName: 'A', Company: 'B' });
  const read = await client.call('GET', `sobjects/Account/${id}`, undefined, { 'accept-encoding': 'identity' });
  const etag = read.headers.get('etag')!;
  expect((await client.call('GET', `sobjects/Account/${id}`, undefined, { 'if-none-match': etag })).status).toBe(304);
  expect((await client.call('PATCH', `sobjects/Account/${id}`, { Name: 'B' }, { 'if-match': '"x"' })).status).toBe(412);
  const since = new Date(client.emulator.clock.now()).toUTCString();
  client.emulator.clock.advance(5000);
  expect((await client.call('GET', `sobjects/Lead/${lead}`, undefined, { 'if-modified-since': since })).status).toBe(
    304,
  );
  await client.call('PATCH', `sobjects/Lead/${lead}`, { Company: 'C' });
  expect((await client.call('GET', `sobjects/Lead/${lead}`, undefined, { 'if-modified-since': since })).status).toBe(
    200,
  );
  expect(
    (await client.call('PATCH', `sobjects/Lead/${lead}`, { Company: 'D' }, { 'if-unmodified-since': since })).status,
  ).toBe(412);
  expect(
    (await client.call('PATCH', `sobjects/Lead/${lead}`, { Company: 'D' }, { 'if-unmodified-since': 'x' })).status,
  ).toBe(400);
  const describe = await client.call('GET', 'sobjects/Lead/describe');
  const age = { 'if-modified-since': describe.headers.get('last-modified')! };
  expect((await client.call('GET', 'sobjects/Lead/describe', undefined, age)).status).toBe(304);
  client.emulator.clock.advance(2000);
  client.emulator.org.schema.createField('Lead', { name: 'New__c', type: 'string', length: 10 });
  expect((await client.call('GET', 'sobjects/Lead/describe', undefined, age)).status).toBe(200);
});

test('updated and deleted list ids by whole minutes up to what is covered', async () => {
  const client = await startClient();
  const id = await create(client, 'Account', { Name: 'Acme' });
  const gone = await create(client, 'Account', { Name: 'Gone' });
  await client.call('DELETE', `sobjects/Account/${gone}`);
  client.emulator.clock.advance(180_000);
  const window = 'start=2026-06-01T11:59:30%2B0000&end=2026-06-01T12:03:00%2B00:00';
  const updated = await client.call('GET', `sobjects/Account/updated/?${window}`);
  expect(updated.json.ids).toEqual([id]);
  expect(updated.json.latestDateCovered).toMatch(/^2026-06-01T12:0\d:00\.000\+0000$/);
  const deleted = await client.call('GET', `sobjects/Account/deleted?${window}`);
  expect(deleted.json.deletedRecords).toEqual([{ deletedDate: '2026-06-01T12:00:00.000+0000', id: gone }]);
  const old = await client.call('GET', 'sobjects/Account/updated?start=2026-01-01T00:00:00Z&end=2026-06-01T00:00:00Z');
  expect(old.json[0].errorCode).toBe('INVALID_REPLICATION_DATE');
});

test('while a transaction is open nothing after its start is covered, and its rows carry the earlier stamp', async () => {
  const client = await startClient();
  const { held, clock, org } = {
    held: client.emulator.world.held,
    clock: client.emulator.clock,
    org: client.emulator.org,
  };
  const { id, startedAt } = held.begin([{ change: 'create', object: 'Account', values: { Name: 'Late' } }]);
  clock.advance(600_000);
  const window = 'start=2026-06-01T11:00:00Z&end=2026-06-01T12:10:00Z';
  const during = await client.call('GET', `sobjects/Account/updated?${window}`);
  expect(Date.parse(during.json.latestDateCovered.replace('+0000', 'Z'))).toBeLessThanOrEqual(startedAt);
  const [row] = held.commit(id);
  const read = org.retrieve('Account', { id: row! }, ['SystemModstamp'], {
    userId: org.adminUserId,
    apiVersion: '66.0',
  });
  expect(read.SystemModstamp).toBe('2026-06-01T12:00:00.000+0000');
});

test('answers are gzipped only for those who ask', async () => {
  const client = await startClient();
  const plain = await client.call('GET', 'sobjects', undefined, { 'accept-encoding': 'identity' });
  expect(plain.headers.get('content-encoding')).toBeNull();
  const zipped = await client.call('GET', 'sobjects', undefined, { 'accept-encoding': 'gzip' });
  expect([zipped.headers.get('content-encoding'), zipped.text]).toEqual(['gzip', plain.text]);
});

test('a URI over 16,384 bytes is 414, with its headers 431', async () => {
  const client = await startClient();
  expect((await client.call('GET', `query?q=${'x'.repeat(16_400)}`)).status).toBe(414);
  expect(
    (await client.call('GET', `query?q=${'x'.repeat(16_000)}`, undefined, { 'x-a': 'y'.repeat(600) })).status,
  ).toBe(431);
});

test('a wrong host is not served and web pages cannot reach the admin surface', async () => {
  const client = await startClient();
  const { request } = await import('node:http');
  const status = await new Promise((resolve) => {
    const url = new URL(client.emulator.url);
    request({ port: url.port, path: '/services/data', headers: { host: 'evil.example' } }, (r) =>
      resolve(r.statusCode),
    ).end();
  });
  expect(status).toBe(421);
  expect((await client.call('GET', '/__emulator/status', undefined, { origin: 'http://evil.example' })).status).toBe(
    403,
  );
  expect((await client.call('POST', '/__emulator/clock', 'advanceMs=1', { 'content-type': 'text/plain' })).status).toBe(
    415,
  );
});

test('recordCount leaves out empty objects, explain and columns describe a query', async () => {
  const client = await startClient();
  await create(client, 'Account', { Name: 'Acme' });
  const counts = await client.call('GET', 'limits/recordCount?sObjects=Account,Contact');
  expect(counts.json).toEqual({ sObjects: [{ count: 1, name: 'Account' }] });
  const explain = await client.call('GET', 'query?explain=SELECT+Id+FROM+Account');
  expect(explain.json.plans[0]).toMatchObject({ sobjectType: 'Account', cardinality: 1, sobjectCardinality: 1 });
  const columns = await client.call('GET', `${soql('SELECT Id, Name FROM Account')}&columns=true`);
  expect(columns.json).toMatchObject({ entityName: 'Account', idSelected: true, keyPrefix: '001' });
  expect(columns.json.columnMetadata[1]).toMatchObject({ apexType: 'String', columnName: 'Name', textType: true });
});

test('a duplicate Idempotency-Key on the UI API gives the first answer again', async () => {
  const client = await startClient();
  const record = { apiName: 'Account', fields: { Name: 'Once' } };
  const key = { 'idempotency-key': '12cfe4e6-e477-4de8-aa4e-95d31aa2be24' };
  const first = await client.call('POST', 'ui-api/records', record, key);
  const second = await client.call('POST', 'ui-api/records', record, key);
  expect([first.status, second.json.id]).toEqual([201, first.json.id]);
  expect(first.json.fields.Name.value).toBe('Once');
  expect((await client.call('GET', soql("SELECT COUNT() FROM Account WHERE Name = 'Once'"))).json.totalSize).toBe(1);
});

test('Apex REST stubs answer from a table and echo bodies unchanged', async () => {
  const client = await startClient({
    apexStubs: [
      { method: 'GET', path: '/orders/:id', body: { ok: true } },
      { method: 'POST', path: '/echo', echo: true, status: 201 },
      { method: 'GET', path: '/boom', throws: 'Attempt to de-reference a null object' },
    ],
  });
  expect((await client.call('GET', '/services/apexrest/orders/7')).json).toEqual({ ok: true });
  const echo = await client.call('POST', '/services/apexrest/echo', '<a>é</a>', { 'content-type': 'text/xml' });
  expect([echo.status, echo.headers.get('content-type'), echo.text]).toEqual([201, 'text/xml', '<a>é</a>']);
  expect((await client.call('GET', '/services/apexrest/boom')).json[0].errorCode).toBe('APEX_ERROR');
  expect((await client.call('GET', '/services/apexrest/none')).status).toBe(404);
});

test('custom fields and channel members are made over the tooling API', async () => {
  const client = await startClient();
  const field = {
    FullName: 'Account.Level__c',
    Metadata: {
      type: 'Picklist',
      label: 'Level',
      valueSet: { valueSetDefinition: { value: [{ valueName: 'Gold' }] } },
    },
  };
  const created = await client.call('POST', 'tooling/sobjects/CustomField', field);
  expect([created.status, created.json]).toMatchObject([201, { success: true, warnings: [], infos: [] }]);
  const describe = (await client.call('GET', 'sobjects/Account/describe')).json;
  expect(describe.fields.find(({ name }: { name: string }) => name === 'Level__c')).toMatchObject({
    type: 'picklist',
    custom: true,
  });
  expect((await client.call('POST', 'tooling/sobjects/CustomField', field)).json[0].errorCode).toBe(
    'DUPLICATE_DEVELOPER_NAME',
  );
  const found = await client.call('GET', `tooling/${soql("SELECT Id FROM CustomField WHERE DeveloperName = 'Level'")}`);
  expect(found.json.records[0].Id).toBe(created.json.id);
  expect((await client.call('GET', `tooling/${soql('SELECT Id FROM ApexClass')}`)).json[0].errorCode).toBe(
    'INVALID_TYPE',
  );
});

test('a large number keeps every digit from a write to a read', async () => {
  const client = await startClient();
  client.emulator.org.schema.createField('Account', { name: 'Big__c', type: 'double', precision: 18, scale: 0 });
  const id = await create(client, 'Account', { Name: 'Acme' });
  await client.call('PATCH', `sobjects/Account/${id}`, '{"Big__c":9007199254740993}', {
    'content-type': 'application/json',
  });
  expect((await client.call('GET', soql('SELECT Big__c FROM Account'))).text).toMatch(/"Big__c":9007199254740993\b/);
});
