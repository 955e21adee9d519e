import { Connection } from 'jsforce';
import { expect, test } from 'vitest';
import { startClient } from './client.ts';

// A client that has never heard of us, on the calls its users make.

async function connect(version = '66.0') {
  const client = await startClient();
  const { emulator } = client;
  const connection = new Connection({ instanceUrl: emulator.url, accessToken: client.token, version });
  return { client, emulator, connection };
}

test('signs in by SOAP with password and security token', async () => {
  const { emulator } = await startClient();
  const connection = new Connection({ loginUrl: emulator.url, version: '59.0' });
  const info = await connection.login(emulator.username, emulator.password + emulator.securityToken);
  expect(info.id).toBe(emulator.userId);
  expect(info.organizationId).toBe(emulator.orgId);
  expect((await connection.identity()).username).toBe(emulator.username);
});

test('creates, reads, changes, upserts and deletes records, and follows pages', async () => {
  const { connection, emulator } = await connect();
  emulator.org.schema.createField('Account', {
    name: 'Ext__c',
    type: 'string',
    length: 20,
    externalId: true,
    unique: true,
  });
  const created = await connection.sobject('Account').create({ Name: 'Acme' });
  const id = created.id!;
  expect(await connection.sobject('Account').retrieve(id)).toMatchObject({ Id: id, Name: 'Acme' });
  await connection.sobject('Account').update({ Id: id, Name: 'Acme 2' });
  const upserted = await connection.sobject('Account').upsert({ Ext__c: 'x', Name: 'New' }, 'Ext__c');
  expect(upserted).toMatchObject({ success: true, created: true });
  const many = Array.from({ length: 450 }, (_, n) => ({ Name: `N${n}` }));
  const rows = await connection.sobject('Account').create(many, { allowRecursive: true });
  expect(rows.every(({ success }) => success)).toBe(true);
  emulator.settings.pageRows = 200;
  const all = await connection.query('SELECT Id, Name FROM Account ORDER BY Name', {
    autoFetch: true,
    maxFetch: 10_000,
  });
  expect([all.totalSize, all.records.length]).toEqual([452, 452]);
  await connection.sobject('Account').destroy(id);
  await expect(connection.sobject('Account').retrieve(id)).rejects.toThrow('The requested resource does not exist');
  expect((connection.limitInfo as { apiUsage?: { limit: number } }).apiUsage?.limit).toBe(100_000);
});

test('describes the org and an object', async () => {
  const { connection } = await connect();
  expect((await connection.describeGlobal()).sobjects.some(({ name }) => name === 'Opportunity')).toBe(true);
  const describe = await connection.sobject('Contact').describe();
  expect(describe.fields.find(({ name }) => name === 'AccountId')?.referenceTo).toEqual(['Account']);
});

test('loads by Bulk API 2.0 and reads all three results', async () => {
  const { connection } = await connect();
  const job = connection.bulk2.createJob({ object: 'Account', operation: 'insert' });
  await job.open();
  await job.uploadData([
    { Name: 'A', Phone: '1' },
    { Name: '', Phone: '2' },
    { Name: 'C', Phone: '3' },
  ]);
  await job.close();
  await job.poll(10, 10_000);
  const results = await job.getAllResults();
  expect(results.successfulResults).toHaveLength(2);
  expect(results.failedResults[0]).toMatchObject({
    sf__Error: 'REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --',
  });
});

test('loads and queries by Bulk API 1.0', async () => {
  const { connection } = await connect();
  const results = await connection.bulk.load('Account', 'insert', [{ Name: 'One' }, { Name: 'Two' }]);
  expect(results.map(({ success }: { success: boolean }) => success)).toEqual([true, true]);
  const rows: unknown[] = [];
  const stream = await connection.bulk.query('SELECT Name FROM Account ORDER BY Name');
  await new Promise((resolve, reject) => {
    stream
      .on('record', (row: unknown) => rows.push(row))
      .on('end', resolve)
      .on('error', reject);
  });
  expect(rows).toEqual([{ Name: 'One' }, { Name: 'Two' }]);
});

test('refreshes its token when the session ends', async () => {
  const { client, emulator } = await connect();
  const { clientId, clientSecret, userId } = emulator;
  const grant = emulator.world.grants.create({ clientId, userId, scope: 'api refresh_token' });
  const connection = new Connection({
    oauth2: { loginUrl: emulator.url, clientId, clientSecret, redirectUri: 'http://localhost:1717/OauthRedirect' },
    instanceUrl: emulator.url,
    accessToken: client.token,
    refreshToken: grant.refreshToken,
    version: '66.0',
  });
  emulator.world.sessions.end(() => true);
  expect((await connection.query('SELECT Id FROM Account')).totalSize).toBe(0);
  expect(connection.accessToken).not.toBe(client.token);
});

test('hears change events over its own CometD client', async () => {
  const { connection, emulator } = await connect();
  emulator.world.events.members.add(
    {
      fullName: 'A',
      eventChannel: 'ChangeEvents',
      selectedEntity: 'AccountChangeEvent',
      enrichedFields: [],
      filterExpression: null,
    },
    'm',
  );
  const { StreamingExtension } = await import('jsforce/lib/api/streaming.js');
  const fayeClient = connection.streaming.createClient([new StreamingExtension.Replay('/data/AccountChangeEvent', -2)]);
  const heard = new Promise<{ payload: { Name: string } }>((resolve) =>
    fayeClient.subscribe('/data/AccountChangeEvent', resolve),
  );
  await connection.sobject('Account').create({ Name: 'Loud' });
  expect((await heard).payload.Name).toBe('Loud');
  (fayeClient as unknown as { disconnect(): void }).disconnect();
});
