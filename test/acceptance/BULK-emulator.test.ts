import { expect, test } from 'vitest';
import { type Client, soql, startClient } from '../emulator/protocol/client.ts';

// The emulator's side of the bulk checks: what a client meets on the wire.

async function startJob(client: Client, query: string): Promise<string> {
  const { json } = await client.call('POST', 'jobs/query', { operation: 'query', query });
  return json.id;
}

async function ingest(client: Client, job: object, csv: string) {
  const { json } = await client.call('POST', 'jobs/ingest', job);
  await client.call('PUT', `/${json.contentUrl}`, csv, { 'content-type': 'text/csv' });
  await client.call('PATCH', `jobs/ingest/${json.id}`, { state: 'UploadComplete' });
  let state = '';
  while (!['JobComplete', 'Failed'].includes(state))
    state = (await client.call('GET', `jobs/ingest/${json.id}`)).json.state;
  return (name: string) => client.call('GET', `jobs/ingest/${json.id}/${name}`).then(({ text }) => text);
}

test('BULK-2 a job is polled to JobComplete and read until the locator is the text null', async () => {
  const client = await startClient({
    org: { path: ':memory:', seed: 'empty', records: { Account: 25 }, frozenClock: true },
    settings: { bulkPolls: 2, bulkPageRows: 10 },
  });
  const id = await startJob(client, 'SELECT Id FROM Account');
  const states = [];
  for (let i = 0; i < 3; i++) states.push((await client.call('GET', `jobs/query/${id}`)).json.state);
  const locators = [];
  for (let locator = ''; locator !== 'null'; locators.push(locator)) {
    const page = await client.call('GET', `jobs/query/${id}/results${locator && `?locator=${locator}`}`);
    locator = page.headers.get('sforce-locator')!;
  }
  expect([states, locators.length]).toEqual([['InProgress', 'InProgress', 'JobComplete'], 3]);
});

test('BULK-3 a failed job and an aborted one give no results', async () => {
  const client = await startClient();
  for (const end of ['Failed', 'Aborted']) {
    const id = await startJob(client, 'SELECT Id FROM Account');
    if (end === 'Aborted') await client.call('PATCH', `jobs/query/${id}`, { state: 'Aborted' });
    else client.emulator.faults.add({ name: 'jobs-fail' });
    expect((await client.call('GET', `jobs/query/${id}`)).json.state).toBe(end);
    expect((await client.call('GET', `jobs/query/${id}/results`)).json[0].errorCode).toBe('INVALIDJOBSTATE');
  }
});

test('BULK-6 an ingest job answers successful, failed and unprocessed rows', async () => {
  const client = await startClient();
  const result = await ingest(client, { object: 'Account', operation: 'insert' }, 'Name,Phone\nA,1\n,2\n');
  expect(await result('successfulResults')).toMatch(
    /^"sf__Id","sf__Created",Name,Phone\n"001\w{15}","true","A","1"\n$/,
  );
  expect(await result('failedResults')).toContain(
    '"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","2"',
  );
  expect(await result('unprocessedrecords')).toBe('Name,Phone\n');
});

test('BULK-9 failures come in another order, each with its own row beside it', async () => {
  const client = await startClient();
  const rows = Array.from({ length: 20 }, (_, n) => `,p${n}`).join('\n');
  const failed = (
    await (
      await ingest(client, { object: 'Account', operation: 'insert' }, `Name,Phone\n${rows}\n`)
    )('failedResults')
  )
    .trim()
    .split('\n')
    .slice(1);
  const phones = failed.map((line) => /"(p\d+)"$/.exec(line)![1]!);
  expect(phones).not.toEqual(Array.from({ length: 20 }, (_, n) => `p${n}`));
  expect(new Set(phones).size).toBe(20);
});

test('BULK-11 ten thousand rows in one job cost few API calls', async () => {
  const client = await startClient();
  const before = client.emulator.world.usage.total;
  await ingest(
    client,
    { object: 'Account', operation: 'insert' },
    `Name\n${Array.from({ length: 10_000 }, (_, n) => `A${n}`).join('\n')}\n`,
  );
  expect((await client.call('GET', soql('SELECT COUNT() FROM Account'))).json.totalSize).toBe(10_000);
  const polls = client.emulator.world.usage.total - before;
  expect(polls).toBeGreaterThan(3);
});

test('BULK-13 a cut page has fewer rows than its header says', async () => {
  const client = await startClient({
    org: { path: ':memory:', seed: 'empty', records: { Account: 300 }, frozenClock: true },
  });
  const id = await startJob(client, 'SELECT Id FROM Account');
  await client.call('GET', `jobs/query/${id}`);
  client.emulator.faults.add({ name: 'cut-fin' });
  await expect(client.call('GET', `jobs/query/${id}/results`)).rejects.toThrow();
  const again = await client.call('GET', `jobs/query/${id}/results`);
  expect(again.text.trim().split('\n').length - 1).toBe(Number(again.headers.get('sforce-numberofrecords')));
});

test('BULK-14 compound fields are refused when the job is made', async () => {
  const client = await startClient();
  const { status, json } = await client.call('POST', 'jobs/query', {
    operation: 'query',
    query: 'SELECT BillingAddress FROM Account',
  });
  expect([status, json[0].message]).toEqual([400, 'Selecting compound data not supported in Bulk Query']);
});

test('BULK-5 a job and its locators can be read again from where somebody stopped, as long as the job is there', async () => {
  const client = await startClient({
    org: { path: ':memory:', seed: 'empty', records: { Account: 5 }, frozenClock: true },
    settings: { bulkPageRows: 2 },
  });
  const id = await startJob(client, 'SELECT Id FROM Account');
  await client.call('GET', `jobs/query/${id}`);
  const page = (locator = '') => client.call('GET', `jobs/query/${id}/results${locator && `?locator=${locator}`}`);
  const second = (await page()).headers.get('sforce-locator')!;
  const before = await page(second);
  expect((await page(second)).text).toBe(before.text);
  expect((await page(before.headers.get('sforce-locator')!)).headers.get('sforce-numberofrecords')).toBe('1');
  client.emulator.clock.advance(8 * 24 * 3_600_000);
  expect((await page(second)).status).not.toBe(200);
});

test('BULK-7 an upload of more than 150 MB as base64 is refused', async () => {
  const client = await startClient();
  const { json } = await client.call('POST', 'jobs/ingest', { object: 'Account', operation: 'insert' });
  const upload = Buffer.alloc(120 * 1024 * 1024, 'a');
  const { status } = await client.call('PUT', `/${json.contentUrl}`, upload, { 'content-type': 'text/csv' });
  expect(status).toBe(413);
  expect((await client.call('GET', `jobs/ingest/${json.id}`)).json.state).toBe('Open');
});

test('BULK-8 an upsert without an external id field is no job', async () => {
  const client = await startClient();
  const { status, json } = await client.call('POST', 'jobs/ingest', { object: 'Account', operation: 'upsert' });
  expect([status, json[0].errorCode]).toEqual([400, 'INVALIDJOB']);
});
