import { describe, expect, test } from 'vitest';
import { type Client, soql, startClient } from './client.ts';

// More of the platform's traps, each as a client meets it: paging, stamps, the zone of the user, jobs and their rows.

const create = async (client: Client, object: string, values: object): Promise<string> =>
  (await client.call('POST', `sobjects/${object}`, values)).json.id;
const names = async (client: Client, text: string): Promise<string[]> =>
  (await client.call('GET', soql(text))).json.records.map(({ Name }: { Name: string }) => Name);
const change = (client: Client, body: object) => client.call('POST', '/__emulator/records', body);
const advance = (client: Client, ms: number) => client.call('POST', '/__emulator/clock', { advanceMs: ms });

describe('4 the stamps are not one stamp', () => {
  test('automation moves SystemModstamp and leaves LastModifiedDate', async () => {
    const client = await startClient();
    const id = await create(client, 'Account', { Name: 'A', Phone: '1' });
    await advance(client, 60_000);
    const changes = [{ change: 'update', object: 'Account', id, values: { Phone: '2' } }];
    expect((await change(client, { changes, automation: true })).status).toBe(200);
    const stamps = 'SELECT LastModifiedDate, SystemModstamp, Phone FROM Account';
    expect((await client.call('GET', soql(stamps))).json.records[0]).toMatchObject({
      LastModifiedDate: '2026-06-01T12:00:00.000+0000',
      SystemModstamp: '2026-06-01T12:01:00.000+0000',
      Phone: '2',
    });
    const since = (field: string) => names(client, `SELECT Name FROM Account WHERE ${field} > 2026-06-01T12:00:30Z`);
    expect([await since('LastModifiedDate'), await since('SystemModstamp')]).toEqual([[], ['A']]);
  });

  test('an import back-dates LastModifiedDate behind every cursor, SystemModstamp tells when it came', async () => {
    const client = await startClient();
    const values = { Name: 'Old', CreatedDate: '2019-01-02T03:04:05Z', LastModifiedDate: '2020-01-02T03:04:05Z' };
    const changes = [{ change: 'create', object: 'Account', values }];
    expect((await change(client, { changes })).json[0].errorCode).toBe('INVALID_FIELD_FOR_INSERT_UPDATE');
    await change(client, { changes, auditFields: true });
    const [row] = (await client.call('GET', soql('SELECT CreatedDate, LastModifiedDate, SystemModstamp FROM Account')))
      .json.records;
    expect(row).toMatchObject({
      CreatedDate: '2019-01-02T03:04:05.000+0000',
      LastModifiedDate: '2020-01-02T03:04:05.000+0000',
      SystemModstamp: '2026-06-01T12:00:00.000+0000',
    });
  });

  test('a history has neither: CreatedDate is all there is, and no event tells of it', async () => {
    const client = await startClient();
    const { fields } = (await client.call('GET', 'sobjects/AccountHistory/describe')).json;
    const dates = fields.filter(({ type }: { type: string }) => type === 'datetime');
    expect(dates.map(({ name }: { name: string }) => name)).toEqual(['CreatedDate']);
    const id = await create(client, 'Account', { Name: 'A' });
    await client.call('PATCH', `sobjects/Account/${id}`, { Name: 'B', Fax: '1' });
    const history = 'SELECT Field, OldValue, NewValue FROM AccountHistory';
    expect((await client.call('GET', soql(history))).json.records).toMatchObject([
      { Field: 'Name', OldValue: 'A', NewValue: 'B' },
    ]);
    await advance(client, 120_000);
    const window = 'start=2026-06-01T12:00:00Z&end=2026-06-01T12:02:00Z';
    const updated = await client.call('GET', `sobjects/AccountHistory/updated/?${window}`);
    expect(updated.json.ids).toHaveLength(1);
    const member = {
      FullName: 'H',
      Metadata: { eventChannel: 'ChangeEvents', selectedEntity: 'AccountHistoryChangeEvent' },
    };
    expect((await client.call('POST', 'tooling/sobjects/PlatformEventChannelMember', member)).status).toBe(400);
  });
});

test('8 queryAll returns archived tasks beside the deleted ones', async () => {
  const client = await startClient({
    org: { path: ':memory:', records: { Task: 200 }, frozenClock: true, now: Date.UTC(2026, 5, 1, 12) },
  });
  const count = async (path: string, where = '') =>
    (await client.call('GET', `${path}?q=${encodeURIComponent(`SELECT COUNT() FROM Task${where}`)}`)).json.totalSize;
  const archived = await count('queryAll', ' WHERE IsArchived = true');
  expect(archived).toBeGreaterThan(0);
  expect(await count('query', ' WHERE IsArchived = true')).toBe(0);
  expect((await count('queryAll')) - (await count('query'))).toBe(archived);
});

test('11 YESTERDAY is the user’s, not the server’s', async () => {
  const client = await startClient({ settings: { sessionTimeoutMs: 24 * 3_600_000 } });
  // 05:00 UTC is still the day before in Los Angeles.
  await advance(client, -7 * 3_600_000);
  await create(client, 'Account', { Name: 'Evening' });
  const literal = (word: string) => names(client, `SELECT Name FROM Account WHERE CreatedDate = ${word}`);
  expect([await literal('TODAY'), await literal('YESTERDAY')]).toEqual([['Evening'], []]);
  await advance(client, 3 * 3_600_000);
  expect([await literal('TODAY'), await literal('YESTERDAY')]).toEqual([[], ['Evening']]);
});

describe('13 rows move while they are paged', () => {
  const ten = async (client: Client) => {
    for (let i = 0; i < 10; i++) await create(client, 'Account', { Name: `A${i}` });
  };

  test('OFFSET skips a row when one before it is deleted', async () => {
    const client = await startClient();
    await ten(client);
    const page = (offset: number) => names(client, `SELECT Name FROM Account ORDER BY Name LIMIT 5 OFFSET ${offset}`);
    const first = await page(0);
    const [gone] = (await client.call('GET', soql("SELECT Id FROM Account WHERE Name = 'A0'"))).json.records;
    await client.call('DELETE', `sobjects/Account/${gone.Id}`);
    const seen = [...first, ...(await page(5))];
    expect(seen).not.toContain('A5');
  });

  test('ordering by SystemModstamp alone doubles a row that changes, a key of stamp and id does not lose one', async () => {
    const client = await startClient();
    await ten(client);
    const page = (offset: number) =>
      names(client, `SELECT Name FROM Account ORDER BY SystemModstamp, Id LIMIT 5 OFFSET ${offset}`);
    const first = await page(0);
    await advance(client, 60_000);
    const [moved] = (await client.call('GET', soql("SELECT Id FROM Account WHERE Name = 'A0'"))).json.records;
    await client.call('PATCH', `sobjects/Account/${moved.Id}`, { Phone: '1' });
    const second = await page(5);
    expect(first).toContain('A0');
    expect(second).toContain('A0');
    expect([...first, ...second]).not.toContain('A5');
  });
});

test('16 the list of children is null where there are none', async () => {
  const client = await startClient();
  await create(client, 'Account', { Name: 'Childless' });
  const { records } = (await client.call('GET', soql('SELECT Name, (SELECT LastName FROM Contacts) FROM Account')))
    .json;
  expect(records[0].Contacts).toBeNull();
});

describe('bulk', () => {
  const makeJob = async (client: Client, query: string) => {
    const { json } = await client.call('POST', 'jobs/query', { operation: 'query', query });
    return (await client.call('GET', `jobs/query/${json.id}`)).json;
  };

  test('26 LIMIT and ORDER BY switch chunking off, and a job over a large object then fails', async () => {
    const client = await startClient({ settings: { unchunkedRows: 2 } });
    for (const Name of ['a', 'b', 'order by limit 1']) await create(client, 'Account', { Name });
    const plain = "SELECT Id FROM Account WHERE Name != 'order by x limit 1'";
    expect(await makeJob(client, plain)).toMatchObject({ state: 'JobComplete', isPkChunkingSupported: true });
    expect(await makeJob(client, 'SELECT Id FROM Account LIMIT 2')).toMatchObject({
      state: 'JobComplete',
      isPkChunkingSupported: false,
    });
    expect(await makeJob(client, 'SELECT Id FROM Account ORDER BY Id')).toMatchObject({
      state: 'Failed',
      errorMessage: 'Retried more than fifteen times',
    });
  });

  test('27 a job without rows is complete, with a header and the count 0', async () => {
    const client = await startClient();
    const job = await makeJob(client, 'SELECT Id FROM Account');
    expect(job).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 0 });
    const results = await client.call('GET', `jobs/query/${job.id}/results`);
    expect([
      results.text,
      results.headers.get('sforce-numberofrecords'),
      results.headers.get('sforce-locator'),
    ]).toEqual(['"Id"\n', '0', 'null']);
  });

  test('28 locators of another form say nothing, stay valid, and cannot be calculated', async () => {
    const client = await startClient({ settings: { bulkLocators: 'random', bulkPageRows: 1 } });
    for (const Name of ['a', 'b', 'c']) await create(client, 'Account', { Name });
    const { id } = await makeJob(client, 'SELECT Name FROM Account');
    const page = (locator: string) =>
      client.call('GET', `jobs/query/${id}/results${locator && `?locator=${encodeURIComponent(locator)}`}`);
    const seen: string[] = [];
    const locators: string[] = [];
    for (let locator = ''; locator !== 'null'; ) {
      const { text, headers } = await page(locator);
      seen.push(text.split('\n')[1]!);
      locator = headers.get('sforce-locator')!;
      locators.push(locator);
    }
    expect(seen).toEqual(['"a"', '"b"', '"c"']);
    expect((await page(locators[0]!)).text).toContain('"b"');
    for (const guess of ['MQ', 'Mg', '1']) expect((await page(guess)).status).toBe(400);
  });

  const ingest = async (client: Client, rows: number) => {
    const { json } = await client.call('POST', 'jobs/ingest', { object: 'Account', operation: 'insert' });
    const csv = `Name\n${Array.from({ length: rows }, (_, i) => `Row ${i}`).join('\n')}\n`;
    await client.call('PUT', `jobs/ingest/${json.id}/batches`, csv, { 'content-type': 'text/csv' });
    await client.call('PATCH', `jobs/ingest/${json.id}`, { state: 'UploadComplete' });
    for (;;) {
      const job = (await client.call('GET', `jobs/ingest/${json.id}`)).json;
      if (job.state === 'JobComplete') return job;
      await new Promise(setImmediate);
    }
  };

  test('35 a job works in transactions of 200 rows', async () => {
    const client = await startClient();
    await ingest(client, 401);
    const { text } = await client.call('GET', '/__emulator/ledger');
    const sizes = new Map<string, number>();
    for (const { transactionKey } of text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)))
      sizes.set(transactionKey, (sizes.get(transactionKey) ?? 0) + 1);
    expect([...sizes.values()]).toEqual([200, 200, 1]);
  });

  test('32 a job costs a batch of the daily allocation for each 10,000 rows; rows of a batch over it appear nowhere', async () => {
    const client = await startClient({ settings: { dailyBulkBatches: 2 } });
    const left = async () => (await client.call('GET', 'limits')).json.DailyBulkApiBatches;
    expect(await ingest(client, 10_001)).toMatchObject({ numberRecordsProcessed: 10_001, numberRecordsFailed: 0 });
    expect(await left()).toEqual({ Max: 2, Remaining: 0 });
    const job = await ingest(client, 5);
    expect(job).toMatchObject({ numberRecordsProcessed: 0, numberRecordsFailed: 0 });
    for (const results of ['successfulResults', 'failedResults', 'unprocessedrecords']) {
      const { text } = await client.call('GET', `jobs/ingest/${job.id}/${results}`);
      expect(text.trim().split('\n')).toHaveLength(1);
    }
  });
});

describe('change events', () => {
  const select = (client: Client, entity: string) =>
    client.emulator.world.events.members.add(
      {
        fullName: `C_${entity}`,
        eventChannel: 'ChangeEvents',
        selectedEntity: `${entity}ChangeEvent`,
        enrichedFields: [],
        filterExpression: null,
      },
      `0v8000000000${entity.slice(0, 3)}`,
    );
  const heard = (client: Client, channel: string, after = 0) =>
    client.emulator.world.events
      .after(channel, after, 100)
      .map((event) => client.emulator.world.events.render(event, channel) as { payload: { Name?: string } });

  test('57 what changed between a read and a subscription without a position is never heard; a position taken before hears it', async () => {
    const client = await startClient();
    select(client, 'Account');
    await create(client, 'Account', { Name: 'Before' });
    const { events } = client.emulator.world;
    const position = events.after('/data/AccountChangeEvent', 0, 10).at(-1)!.replayId;
    const read = await names(client, 'SELECT Name FROM Account');
    await create(client, 'Account', { Name: 'Between' });
    const subscribedAt = events.after('/data/AccountChangeEvent', 0, 10).at(-1)!.replayId;
    await create(client, 'Account', { Name: 'After' });
    const late = heard(client, '/data/AccountChangeEvent', subscribedAt).map(({ payload }) => payload.Name);
    const early = heard(client, '/data/AccountChangeEvent', position).map(({ payload }) => payload.Name);
    expect([read, late, early]).toEqual([['Before'], ['After'], ['Between', 'After']]);
  });

  test('58 children of an object that is not selected go without an event', async () => {
    const client = await startClient();
    select(client, 'Account');
    const account = await create(client, 'Account', { Name: 'A' });
    await create(client, 'Contact', { LastName: 'C', AccountId: account });
    await client.call('DELETE', `sobjects/Account/${account}`);
    expect((await client.call('GET', soql('SELECT Id FROM Contact'))).json.totalSize).toBe(0);
    expect(heard(client, '/data/ChangeEvents')).toHaveLength(2);
    expect(heard(client, '/data/ContactChangeEvent')).toEqual([]);
  });
});

test('63 a field that describe calls required may be null in rows from before', async () => {
  const client = await startClient();
  const field = { object: 'Account', name: 'Tier2__c', type: 'text', length: 10 };
  await client.call('POST', '/__emulator/schema', { fields: [field] });
  await create(client, 'Account', { Name: 'Before' });
  await client.call('POST', '/__emulator/schema', { changed: [{ ...field, required: true }] });
  const { fields } = (await client.call('GET', 'sobjects/Account/describe')).json;
  expect(fields.find(({ name }: { name: string }) => name === 'Tier2__c').nillable).toBe(false);
  expect((await client.call('GET', soql('SELECT Tier2__c FROM Account'))).json.records[0].Tier2__c).toBeNull();
  expect((await client.call('POST', 'sobjects/Account', { Name: 'After' })).json[0].errorCode).toBe(
    'REQUIRED_FIELD_MISSING',
  );
});
