import { expect, test } from 'vitest';
import { type Client, soql, startClient } from './client.ts';

const data = '/services/data/v66.0';
const halted = [
  {
    errorCode: 'PROCESSING_HALTED',
    message: 'The transaction was rolled back since another operation in the same transaction failed.',
  },
];
const countAccounts = async (client: Client) =>
  (await client.call('GET', soql('SELECT COUNT() FROM Account'))).json.totalSize;
const newAccount = (referenceId: string, body: unknown = { Name: referenceId }) => ({
  method: 'POST',
  url: `${data}/sobjects/Account`,
  referenceId,
  body,
});

test('composite parts refer to each other and cost one call', async () => {
  const client = await startClient();
  const before = client.emulator.world.usage.total;
  const { status, json } = await client.call('POST', 'composite', {
    compositeRequest: [
      newAccount('acme', { Name: 'Acme', BillingCity: 'Paris' }),
      {
        method: 'POST',
        url: `${data}/sobjects/Contact`,
        referenceId: 'doe',
        body: { LastName: 'Doe', AccountId: '@{acme.id}' },
      },
      { method: 'GET', url: `${data}/sobjects/Account/@{acme.id}?fields=Name,BillingAddress`, referenceId: 'read' },
      {
        method: 'PATCH',
        url: `${data}/sobjects/Contact/@{doe.id}`,
        referenceId: 'city',
        body: { MailingCity: '@{read.BillingAddress.city}' },
      },
      { method: 'GET', url: `${data}/query?q=SELECT+MailingCity,Account.Name+FROM+Contact`, referenceId: 'rows' },
    ],
  });
  expect(status).toBe(200);
  const [acme, doe, , city, rows] = json.compositeResponse;
  expect(acme).toMatchObject({ httpStatusCode: 201, referenceId: 'acme', body: { success: true } });
  expect(acme.httpHeaders.Location).toBe(`${data}/sobjects/Account/${acme.body.id}`);
  expect([doe.httpStatusCode, city.httpStatusCode, city.body]).toEqual([201, 204, null]);
  expect(rows.body.records[0]).toMatchObject({ MailingCity: 'Paris', Account: { Name: 'Acme' } });
  expect(client.emulator.world.usage.total - before).toBe(1);
});

test('with allOrNone one failure undoes all, and the others say that processing was halted', async () => {
  const client = await startClient();
  const { json } = await client.call('POST', 'composite', {
    allOrNone: true,
    compositeRequest: [newAccount('good'), newAccount('bad', {}), newAccount('never')],
  });
  const [good, bad, never] = json.compositeResponse;
  expect(good).toEqual({ body: halted, httpHeaders: {}, httpStatusCode: 400, referenceId: 'good' });
  expect([bad.httpStatusCode, bad.body[0].errorCode]).toEqual([400, 'REQUIRED_FIELD_MISSING']);
  expect(never.body).toEqual(halted);
  expect(await countAccounts(client)).toBe(0);
});

test('without allOrNone a failure stays alone, but whoever refers to it fails too', async () => {
  const client = await startClient();
  const { json } = await client.call('POST', 'composite', {
    compositeRequest: [
      newAccount('bad', {}),
      { method: 'DELETE', url: `${data}/sobjects/Account/@{bad.id}`, referenceId: 'orphan' },
      { method: 'GET', url: `${data}/sobjects/Account/001Am0000000ZZZIAZ`, referenceId: 'missing' },
      newAccount('good'),
    ],
  });
  const [, orphan, missing, good] = json.compositeResponse;
  expect([orphan.httpStatusCode, orphan.body[0].errorCode]).toEqual([400, 'PROCESSING_HALTED']);
  expect([missing.httpStatusCode, missing.body[0].errorCode]).toEqual([404, 'NOT_FOUND']);
  expect(good.httpStatusCode).toBe(201);
  expect(await countAccounts(client)).toBe(1);
});

test('too many parts, too many queries and forbidden headers refuse the whole request', async () => {
  const client = await startClient();
  const send = async (compositeRequest: unknown[]) =>
    (await client.call('POST', 'composite', { compositeRequest })).status;
  const query = (n: number) => ({ method: 'GET', url: `${data}/query?q=SELECT+Id+FROM+Account`, referenceId: `q${n}` });
  expect(await send(Array.from({ length: 26 }, (_, n) => newAccount(`a${n}`)))).toBe(400);
  expect(await send(Array.from({ length: 6 }, (_, n) => query(n)))).toBe(400);
  expect(await send(Array.from({ length: 5 }, (_, n) => query(n)))).toBe(200);
  expect(await send([{ ...newAccount('a'), httpHeaders: { Accept: 'x' } }])).toBe(400);
  expect(await send([newAccount('a'), newAccount('a')])).toBe(400);
  expect(await countAccounts(client)).toBe(0);
});

test('a failing row of an inner collection undoes the outer request, yet its rows still say success', async () => {
  const client = await startClient();
  const row = (values: object) => ({ attributes: { type: 'Account' }, ...values });
  const { json } = await client.call('POST', 'composite', {
    allOrNone: true,
    compositeRequest: [
      newAccount('first'),
      {
        method: 'POST',
        url: `${data}/composite/sobjects`,
        referenceId: 'rows',
        body: { records: [row({ Name: 'x' }), row({})] },
      },
    ],
  });
  expect(json.compositeResponse[0].body).toEqual(halted);
  expect(json.compositeResponse[1].body.map(({ success }: { success: boolean }) => success)).toEqual([true, false]);
  expect(await countAccounts(client)).toBe(0);
});

test('each graph stands or falls alone, its nodes ordered by their references', async () => {
  const client = await startClient();
  const child = {
    method: 'POST',
    url: `${data}/sobjects/Contact`,
    referenceId: 'child',
    body: { LastName: 'D', AccountId: '@{parent.id}' },
  };
  const { json } = await client.call('POST', 'composite/graph', {
    graphs: [
      { graphId: 'good', compositeRequest: [child, newAccount('parent')] },
      { graphId: 'bad', compositeRequest: [newAccount('one'), newAccount('two', {})] },
    ],
  });
  const [good, bad] = json.graphs;
  expect([good.graphId, good.isSuccessful, bad.isSuccessful]).toEqual(['good', true, false]);
  expect(bad.graphResponse.compositeResponse[0].body).toEqual(halted);
  expect(await countAccounts(client)).toBe(1);
  const many = {
    graphs: [{ graphId: '1', compositeRequest: Array.from({ length: 501 }, (_, n) => newAccount(`a${n}`)) }],
  };
  expect((await client.call('POST', 'composite/graph', many)).status).toBe(400);
});

test('after fourteen failed graphs the rest is not tried', async () => {
  const client = await startClient();
  const graphs = Array.from({ length: 16 }, (_, n) => ({
    graphId: String(n),
    compositeRequest: [n === 15 ? newAccount('fine') : newAccount('bad', {})],
  }));
  const { json } = await client.call('POST', 'composite/graph', { graphs });
  expect(json.graphs[15].graphResponse.compositeResponse[0].body).toEqual(halted);
  expect(await countAccounts(client)).toBe(0);
});

test('a tree creates parents and children or nothing, naming only the failures', async () => {
  const client = await startClient();
  const tree = (email: string) => ({
    records: [
      {
        attributes: { type: 'Account', referenceId: 'ref1' },
        Name: 'Acme',
        Contacts: {
          records: [{ attributes: { type: 'Contact', referenceId: 'ref2' }, LastName: 'Doe', Email: email }],
        },
      },
    ],
  });
  const bad = await client.call('POST', 'composite/tree/Account', tree('123'));
  expect([bad.status, bad.json]).toEqual([
    400,
    {
      hasErrors: true,
      results: [
        {
          referenceId: 'ref2',
          errors: [
            { statusCode: 'INVALID_EMAIL_ADDRESS', message: 'Email: invalid email address: 123', fields: ['Email'] },
          ],
        },
      ],
    },
  ]);
  expect(await countAccounts(client)).toBe(0);
  const good = await client.call('POST', 'composite/tree/Account', tree('a@b.example'));
  expect([good.status, good.json.hasErrors, good.json.results.length]).toEqual([201, false, 2]);
  expect((await client.call('GET', soql('SELECT Account.Name FROM Contact'))).json.records[0].Account.Name).toBe(
    'Acme',
  );
});

test('a batch runs independent calls, in either spelling of their addresses, each counted', async () => {
  const client = await startClient();
  const before = client.emulator.world.usage.total;
  const { json } = await client.call('POST', 'composite/batch', {
    batchRequests: [
      { method: 'POST', url: 'v66.0/sobjects/Account', richInput: { Name: 'A' } },
      { method: 'POST', url: `${data}/sobjects/Account`, richInput: {} },
      { method: 'GET', url: 'v50.0/limits' },
    ],
  });
  expect(json.hasErrors).toBe(true);
  expect(json.results.map(({ statusCode }: { statusCode: number }) => statusCode)).toEqual([201, 400, 200]);
  expect(json.results[1].result[0].errorCode).toBe('REQUIRED_FIELD_MISSING');
  expect(client.emulator.world.usage.total - before).toBe(4);
  const stopped = await client.call('POST', 'composite/batch', {
    haltOnError: true,
    batchRequests: [
      { method: 'GET', url: 'v66.0/sobjects/None/1' },
      { method: 'GET', url: 'v66.0/limits' },
    ],
  });
  expect(stopped.json.results[1]).toMatchObject({
    statusCode: 412,
    result: [{ errorCode: 'BATCH_PROCESSING_HALTED' }],
  });
  const newer = { batchRequests: [{ method: 'GET', url: 'v67.0/limits' }] };
  expect((await client.call('POST', 'composite/batch', newer)).status).toBe(400);
});

const rows = (...values: object[]) => values.map((value) => ({ attributes: { type: 'Account' }, ...value }));

test('a collection answers row by row in input order; all-or-none undoes the good ones and says so', async () => {
  const client = await startClient();
  const partial = await client.call('POST', 'composite/sobjects', { records: rows({ Name: 'A' }, {}, { Name: 'C' }) });
  expect(partial.json.map(({ success }: { success: boolean }) => success)).toEqual([true, false, true]);
  expect(partial.json[1]).toEqual({
    success: false,
    errors: [
      { statusCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing: [Name]', fields: ['Name'] },
    ],
  });
  const all = await client.call('POST', 'composite/sobjects', { allOrNone: true, records: rows({ Name: 'D' }, {}) });
  expect(all.json[0].errors[0].statusCode).toBe('ALL_OR_NONE_OPERATION_ROLLED_BACK');
  expect(all.json[0]).not.toHaveProperty('id');
  expect(await countAccounts(client)).toBe(2);
});

test('collections update, upsert, retrieve and delete', async () => {
  const client = await startClient();
  client.emulator.org.schema.createField('Account', {
    name: 'Ext__c',
    type: 'string',
    length: 20,
    externalId: true,
    unique: true,
  });
  const created = await client.call('POST', 'composite/sobjects', {
    records: rows({ Name: 'A', Ext__c: '1' }, { Name: 'B' }),
  });
  const [a, b] = created.json.map(({ id }: { id: string }) => id);
  const updated = await client.call('PATCH', 'composite/sobjects', {
    records: rows({ id: a, Name: 'A2' }, { Id: b, Name: 'B2' }, { Name: 'x' }),
  });
  expect(updated.json[2].errors[0]).toMatchObject({
    statusCode: 'MISSING_ARGUMENT',
    message: 'Id not specified in an update call',
  });
  const upserted = await client.call('PATCH', 'composite/sobjects/Account/Ext__c', {
    records: rows({ Ext__c: '1', Name: 'A3' }, { Ext__c: '2', Name: 'C' }),
  });
  expect(upserted.json.map(({ created: isNew }: { created: boolean }) => isNew)).toEqual([false, true]);
  const byId = await client.call('PATCH', 'composite/sobjects/Account/Id', {
    records: rows({ Id: null, Name: 'New' }),
  });
  expect(byId.json[0]).toMatchObject({ success: true, created: true });
  const read = await client.call('POST', 'composite/sobjects/Account', {
    ids: [a, '001Am0000000ZZZIAZ'],
    fields: ['Name'],
  });
  expect([read.json[0].Name, read.json[1]]).toEqual(['A3', null]);
  const deleted = await client.call('DELETE', `composite/sobjects?ids=${a},${b}&allOrNone=true`);
  expect(deleted.json.map(({ success }: { success: boolean }) => success)).toEqual([true, true]);
});

test('201 rows and no rows are refused', async () => {
  const client = await startClient();
  const many = rows(...Array.from({ length: 201 }, (_, n) => ({ Name: `A${n}` })));
  expect((await client.call('POST', 'composite/sobjects', { records: many })).status).toBe(400);
  const none = await client.call('POST', 'composite/sobjects', { records: [] });
  expect([none.status, none.json[0].message]).toEqual([400, 'At least 1 record is required']);
});
