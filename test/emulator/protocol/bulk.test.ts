import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Client, soql, startClient } from './client.ts';

const seeded = (contacts: number) => ({
  org: { path: ':memory:', seed: 'empty' as const, records: { Account: 5, Contact: contacts }, frozenClock: true },
});
const startQuery = (client: Client, query: string, more: object = {}) =>
  client.call('POST', 'jobs/query', { operation: 'query', query, ...more });
const dataLines = (text: string) => text.split('\n').slice(1).filter(Boolean);

test('a bulk query goes from UploadComplete to JobComplete and its pages end with the text null', async () => {
  const client = await startClient({ ...seeded(25), settings: { bulkPolls: 1 } });
  const { status, text, json: job } = await startQuery(client, 'SELECT Id, LastName FROM Contact');
  expect([status, job.state, job.object]).toEqual([200, 'UploadComplete', 'Contact']);
  expect(text).toContain('"apiVersion":66.0');
  expect((await client.call('GET', `jobs/query/${job.id}/results`)).json[0].errorCode).toBe('INVALIDJOBSTATE');
  expect((await client.call('GET', `jobs/query/${job.id}`)).json.state).toBe('InProgress');
  const done = (await client.call('GET', `jobs/query/${job.id}`)).json;
  expect(done).toMatchObject({
    state: 'JobComplete',
    jobType: 'V2Query',
    numberRecordsProcessed: 25,
    isPkChunkingSupported: true,
  });
  const rows: string[] = [];
  let locator = '';
  for (const maxRecords of [10, 8, 100]) {
    const page = await client.call(
      'GET',
      `jobs/query/${job.id}/results?maxRecords=${maxRecords}${locator && `&locator=${locator}`}`,
    );
    expect(page.text.split('\n')[0]).toBe('"Id","LastName"');
    expect(page.headers.get('sforce-numberofrecords')).toBe(String(dataLines(page.text).length));
    rows.push(...dataLines(page.text));
    locator = page.headers.get('sforce-locator')!;
  }
  expect([locator, rows.length, new Set(rows).size]).toEqual(['null', 25, 25]);
});

test('result pages for parallel reading cover every row once', async () => {
  const client = await startClient({ ...seeded(47), settings: { bulkPageRows: 5 } });
  const { json: job } = await startQuery(client, 'SELECT Id FROM Contact');
  await client.call('GET', `jobs/query/${job.id}`);
  const urls: string[] = [];
  for (let next = `jobs/query/${job.id}/resultPages`; next; ) {
    const { json } = await client.call('GET', next);
    expect(json.resultPages.length).toBeLessThanOrEqual(5);
    urls.push(...json.resultPages.map(({ resultUrl }: { resultUrl: string }) => resultUrl));
    next = json.done ? '' : json.nextRecordsUrl;
  }
  const pages = await Promise.all(urls.map((url) => client.call('GET', url)));
  expect(new Set(pages.flatMap(({ text }) => dataLines(text))).size).toBe(47);
});

test('a page over many slices is the same plain, gzipped and from the kept pages', async () => {
  const client = await startClient(seeded(4500));
  const { json: job } = await startQuery(client, 'SELECT Id, LastName FROM Contact');
  await client.call('GET', `jobs/query/${job.id}`);
  const read = async (encoding: string) => {
    const { request } = await import('node:http');
    return new Promise<Buffer>((resolve) => {
      const options = { headers: { authorization: `Bearer ${client.token}`, 'accept-encoding': encoding } };
      request(`${client.emulator.url}/services/data/v66.0/jobs/query/${job.id}/results`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
      }).end();
    });
  };
  const plain = await read('identity');
  expect(dataLines(plain.toString()).length).toBe(4500);
  expect((await read('identity')).equals(plain)).toBe(true);
  const zipped = await read('gzip');
  expect(zipped.length).toBeLessThan(plain.length / 2);
  expect(gunzipSync(zipped).equals(plain)).toBe(true);
  expect((await read('gzip')).equals(zipped)).toBe(true);
});

test('another API version than the one that made the job gets 409', async () => {
  const client = await startClient(seeded(1));
  const { json: job } = await startQuery(client, 'SELECT Id FROM Contact');
  await client.call('GET', `jobs/query/${job.id}`);
  expect((await client.call('GET', `/services/data/v60.0/jobs/query/${job.id}/results`)).status).toBe(409);
});

test('BULK-14 what bulk cannot select is refused when the job is made', async () => {
  const client = await startClient(seeded(1));
  for (const query of [
    'SELECT MailingAddress FROM Contact',
    'SELECT COUNT(Id) FROM Contact',
    'SELECT Id, (SELECT Id FROM Contacts) FROM Account',
    'SELECT FIELDS(ALL) FROM Contact LIMIT 10',
    'SELECT Id FROM Contact OFFSET 5',
  ]) {
    expect((await startQuery(client, query)).status, query).toBe(400);
  }
  expect((await startQuery(client, 'SELECT Id FROM Contact', { columnDelimiter: 'DASH' })).status).toBe(400);
});

test('delimiters and line endings are the job’s own', async () => {
  const client = await startClient(seeded(2));
  const { json: job } = await startQuery(client, 'SELECT Id, Email FROM Contact', {
    columnDelimiter: 'PIPE',
    lineEnding: 'CRLF',
  });
  await client.call('GET', `jobs/query/${job.id}`);
  const { text } = await client.call('GET', `jobs/query/${job.id}/results`);
  expect(text.startsWith('"Id"|"Email"\r\n')).toBe(true);
});

test('jobs can be aborted, listed and dropped, and are gone after seven days', async () => {
  const client = await startClient({ ...seeded(1), settings: { bulkPolls: 5 } });
  const { json: job } = await startQuery(client, 'SELECT Id FROM Contact');
  expect((await client.call('PATCH', `jobs/query/${job.id}`, { state: 'Aborted' })).json.state).toBe('Aborted');
  expect((await client.call('GET', 'jobs/query?jobType=V2Query')).json).toMatchObject({
    done: true,
    records: [{ id: job.id }],
  });
  expect((await client.call('DELETE', `jobs/query/${job.id}`)).status).toBe(204);
  expect((await client.call('GET', `jobs/query/${job.id}`)).status).toBe(404);
  const { json: old } = await startQuery(client, 'SELECT Id FROM Contact');
  client.emulator.clock.advance(8 * 86_400_000);
  client.emulator.world.sessions.adopt(client.token, client.emulator.userId);
  expect((await client.call('GET', `jobs/query/${old.id}`)).status).toBe(404);
});

/** Runs an ingest job to its end; answers the job and its three results. */
async function ingest(client: Client, job: object, csv: string) {
  const { json: created } = await client.call('POST', 'jobs/ingest', job);
  const upload = await client.call('PUT', `/${created.contentUrl}`, csv, { 'content-type': 'text/csv' });
  expect([upload.status, upload.text]).toEqual([201, '']);
  const closed = (await client.call('PATCH', `jobs/ingest/${created.id}`, { state: 'UploadComplete' })).json;
  expect(closed.state).toBe('UploadComplete');
  expect(closed).not.toHaveProperty('contentUrl');
  let ended = closed;
  while (!['JobComplete', 'Failed'].includes(ended.state))
    ended = (await client.call('GET', `jobs/ingest/${created.id}`)).json;
  const result = async (name: string) => (await client.call('GET', `jobs/ingest/${created.id}/${name}`)).text;
  return {
    created,
    ended,
    successful: await result('successfulResults'),
    failed: await result('failedResults'),
    unprocessed: await result('unprocessedrecords'),
  };
}

test('an insert tells created rows and failures apart, and a partial failure is still JobComplete', async () => {
  const client = await startClient();
  const csv = 'Name,AnnualRevenue,Phone\n"A ""quoted"", name",1.5E3,007\n,2,\n"Bad",x,"1"\n';
  const { created, ended, successful, failed, unprocessed } = await ingest(
    client,
    { object: 'account', operation: 'insert' },
    csv,
  );
  expect(created).toMatchObject({ object: 'Account', state: 'Open', contentType: 'CSV', lineEnding: 'LF' });
  expect(created.contentUrl).toBe(`services/data/v66.0/jobs/ingest/${created.id}/batches`);
  expect(ended).toMatchObject({
    state: 'JobComplete',
    jobType: 'V2Ingest',
    numberRecordsProcessed: 3,
    numberRecordsFailed: 2,
  });
  expect(successful).toMatch(
    /^"sf__Id","sf__Created",Name,AnnualRevenue,Phone\n"001\w{15}","true","A ""quoted"", name","1.5E3","007"\n$/,
  );
  expect(failed.split('\n')).toEqual([
    '"sf__Id","sf__Error",Name,AnnualRevenue,Phone',
    `"","INVALID_FIELD:Failed to deserialize field at col 1. Due to, 'x' is not a valid value for the type xsd:double:AnnualRevenue --","Bad","x","1"`,
    '"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","2",""',
    '',
  ]);
  expect(unprocessed).toBe('Name,AnnualRevenue,Phone\n');
  expect((await client.call('GET', soql('SELECT Phone, AnnualRevenue FROM Account'))).json.records[0]).toMatchObject({
    Phone: '007',
    AnnualRevenue: 1500,
  });
});

test('on update an empty value is ignored and #N/A clears', async () => {
  const client = await startClient();
  const { json } = await client.call('POST', 'sobjects/Account', { Name: 'A', Phone: '1', Fax: '2' });
  const { ended } = await ingest(
    client,
    { object: 'Account', operation: 'update' },
    `Id,Phone,Fax\n${json.id},,#N/A\n`,
  );
  expect(ended.numberRecordsFailed).toBe(0);
  expect((await client.call('GET', `sobjects/Account/${json.id}?fields=Phone,Fax`)).json).toMatchObject({
    Phone: '1',
    Fax: null,
  });
});

test('BULK-10 upsert by external id, parents by theirs, delete and hard delete', async () => {
  const client = await startClient();
  client.emulator.org.schema.createField('Account', {
    name: 'Ext__c',
    type: 'string',
    length: 20,
    externalId: true,
    unique: true,
  });
  expect((await client.call('POST', 'jobs/ingest', { object: 'Account', operation: 'upsert' })).status).toBe(400);
  const upsert = { object: 'Account', operation: 'upsert', externalIdFieldName: 'Ext__c', lineEnding: 'CRLF' };
  await ingest(client, upsert, 'Ext__c,Name\r\ne1,One\r\n');
  const again = await ingest(client, upsert, 'Ext__c,Name\r\ne1,Uno\r\ne2,Two\r\n');
  expect(again.successful.match(/"(true|false)"/g)?.sort()).toEqual(['"false"', '"true"']);
  const contacts = await ingest(
    client,
    { object: 'Contact', operation: 'insert' },
    'LastName,Account.Ext__c\nDoe,e1\n',
  );
  expect(contacts.ended.numberRecordsFailed).toBe(0);
  expect((await client.call('GET', soql('SELECT Account.Name FROM Contact'))).json.records[0].Account.Name).toBe('Uno');
  const ids = (await client.call('GET', soql('SELECT Id FROM Account ORDER BY Name'))).json.records.map(
    ({ Id }: { Id: string }) => Id,
  );
  await ingest(client, { object: 'Account', operation: 'delete' }, `Id\n${ids[0]}\n`);
  await ingest(client, { object: 'Account', operation: 'hardDelete' }, `Id\n${ids[1]}\n`);
  expect((await client.call('GET', `queryAll?q=${encodeURIComponent('SELECT Id FROM Account')}`)).json.totalSize).toBe(
    1,
  );
});

test('an unknown column or the wrong line ending fails the whole job', async () => {
  const client = await startClient();
  const job = { object: 'Account', operation: 'insert' };
  expect((await ingest(client, job, 'Name,Nope\nA,1\n')).ended).toMatchObject({
    state: 'Failed',
    errorMessage: 'InvalidBatch : Field name not found : Nope',
    numberRecordsProcessed: 0,
  });
  expect((await ingest(client, job, 'Name\r\nA\r\n')).ended.errorMessage).toContain('LineEnding is invalid');
});

test('results leave in another order than the rows came in, a job without rows is fine', async () => {
  const client = await startClient();
  const job = { object: 'Account', operation: 'insert' };
  const { successful } = await ingest(
    client,
    job,
    `Name\n${Array.from({ length: 10 }, (_, n) => `A${n}`).join('\n')}\n`,
  );
  const names = dataLines(successful).map((line) => line.split('"').at(-2)!);
  expect([...names].sort()).toHaveLength(10);
  expect(names).not.toEqual([...names].sort());
  const none = await ingest(client, job, 'Name\n');
  expect([none.ended.state, none.successful]).toEqual(['JobComplete', '"sf__Id","sf__Created",Name\n']);
});

test('a space before a quote is a row error; rows over the allocation appear nowhere', async () => {
  const client = await startClient({ settings: { dailyBulkRows: 2 } });
  const csv = 'Name,Phone\n"A", "1"\nB,2\nC,3\n';
  const { ended, successful, failed, unprocessed } = await ingest(
    client,
    { object: 'Account', operation: 'insert' },
    csv,
  );
  expect([ended.numberRecordsProcessed, ended.numberRecordsFailed]).toEqual([2, 1]);
  expect([successful, failed, unprocessed].map((text) => dataLines(text).length)).toEqual([1, 1, 0]);
});

test('a multipart create brings its data along', async () => {
  const client = await startClient();
  const body = [
    '--B',
    'Content-Type: application/json',
    'Content-Disposition: form-data; name="job"',
    '',
    '{"object":"Account","operation":"insert"}',
    '--B',
    'Content-Type: text/csv',
    'Content-Disposition: form-data; name="content"; filename="content"',
    '',
    'Name\nA',
    '--B--',
    '',
  ].join('\r\n');
  const created = await client.call('POST', 'jobs/ingest', body, { 'content-type': 'multipart/form-data; boundary=B' });
  expect(created.json.state).toBe('UploadComplete');
  let state = '';
  while (state !== 'JobComplete') state = (await client.call('GET', `jobs/ingest/${created.json.id}`)).json.state;
  expect((await client.call('GET', soql('SELECT Name FROM Account'))).json.records[0].Name).toBe('A');
});
