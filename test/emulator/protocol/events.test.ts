import { expect, test } from 'vitest';
import { type Client, startClient } from './client.ts';

/** A Bayeux client over plain HTTP, cookies kept by hand. */
class Subscriber {
  readonly client: Client;
  clientId = '';
  cookie = '';

  constructor(client: Client) {
    this.client = client;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the wire is untyped
  async send(...messages: object[]): Promise<any[]> {
    const { call } = this.client;
    const reply = await call('POST', '/cometd/66.0', messages, { cookie: this.cookie });
    const cookie = reply.headers.get('set-cookie');
    if (cookie) this.cookie = cookie.split(';')[0]!;
    return reply.json;
  }

  async handshake() {
    const [reply] = await this.send({
      channel: '/meta/handshake',
      version: '1.0',
      supportedConnectionTypes: ['long-polling'],
      ext: { replay: true },
    });
    this.clientId = reply.clientId;
    return reply;
  }

  async subscribe(channel: string, replay?: number) {
    const ext = replay === undefined ? {} : { ext: { replay: { [channel]: replay } } };
    const [reply] = await this.send({
      channel: '/meta/subscribe',
      clientId: this.clientId,
      subscription: channel,
      ...ext,
    });
    return reply;
  }

  /** Events, and the reply to the connect itself. */
  async connect(timeout?: number) {
    const advice = timeout === undefined ? {} : { advice: { timeout } };
    const replies = await this.send({
      channel: '/meta/connect',
      clientId: this.clientId,
      connectionType: 'long-polling',
      ...advice,
    });
    return { events: replies.slice(0, -1), meta: replies.at(-1) };
  }
}

async function select(client: Client, ...entities: string[]): Promise<void> {
  for (const entity of entities) {
    const { status } = await client.call('POST', 'tooling/sobjects/PlatformEventChannelMember', {
      FullName: `ChangeEvents_${entity}`,
      Metadata: { eventChannel: 'ChangeEvents', selectedEntity: entity },
    });
    expect(status).toBe(201);
  }
}

async function startSubscriber(options: Parameters<typeof startClient>[0] = {}, channel = '/data/ContactChangeEvent') {
  const client = await startClient(options);
  await select(client, 'AccountChangeEvent', 'ContactChangeEvent');
  const subscriber = new Subscriber(client);
  await subscriber.handshake();
  const reply = await subscriber.subscribe(channel);
  expect(reply).toMatchObject({ channel: '/meta/subscribe', successful: true, subscription: channel });
  return { client, subscriber };
}

const insert = (client: Client, object: string, values: object) => client.call('POST', `sobjects/${object}`, values);

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped
type Event = any;
const replayIdOf = (event: Event): number => event.data.event.replayId;

test('SUB-1 a handshake answers the replay extension and a cookie that must come back', async () => {
  const { client, subscriber } = await startSubscriber();
  const again = new Subscriber(client);
  expect(await again.handshake()).toMatchObject({
    channel: '/meta/handshake',
    successful: true,
    supportedConnectionTypes: ['long-polling'],
    ext: { replay: true, 'payload.format': true },
  });
  expect(again.cookie).toMatch(/^BAYEUX_BROWSER=/);
  subscriber.cookie = '';
  expect((await subscriber.connect(0)).meta.error).toMatch(/^400::Client .* no .* cookie present$/);
});

test('SUB-1 SUB-20 a held connect is answered when a change commits, with exact digits and nested names', async () => {
  const { client, subscriber } = await startSubscriber();
  const waiting = subscriber.connect();
  const { json } = await insert(client, 'Contact', { FirstName: 'Ada', LastName: 'L', MailingCity: 'Paris' });
  const { events, meta } = await waiting;
  expect(meta).toMatchObject({ channel: '/meta/connect', successful: true, advice: { reconnect: 'retry' } });
  const [{ channel, data }] = events;
  expect(channel).toBe('/data/ContactChangeEvent');
  expect(data.payload).toMatchObject({
    Name: { FirstName: 'Ada', LastName: 'L' },
    MailingAddress: { City: 'Paris' },
    ChangeEventHeader: { entityName: 'Contact', changeType: 'CREATE', recordIds: [json.id], sequenceNumber: 1 },
  });
  for (const never of ['SystemModstamp', 'IsDeleted', 'Id', 'LastName']) expect(data.payload).not.toHaveProperty(never);
  expect(data.payload.CreatedDate).toBe('2026-06-01T12:00:00.000Z');
  expect(data.event.replayId).toBeGreaterThan(0);
  const { commitNumber } = client.emulator.org.log.read(0, 10).at(-1)!;
  expect(commitNumber).toBeGreaterThan(2n ** 53n);
});

test('SUB-9 SUB-11 SUB-27 an update names its changed fields, LastModifiedDate among them, and who made it', async () => {
  const { client, subscriber } = await startSubscriber();
  const { json } = await insert(client, 'Contact', { LastName: 'L', Phone: '1' });
  await subscriber.connect(0);
  await client.call(
    'PATCH',
    `sobjects/Contact/${json.id}`,
    { LastName: 'M', Phone: null },
    { 'sforce-call-options': 'client=amp' },
  );
  const { events } = await subscriber.connect(0);
  const { ChangeEventHeader: header, ...body } = events[0].data.payload;
  expect([...header.changedFields].sort()).toEqual(['LastModifiedDate', 'Name.LastName', 'Phone']);
  expect(header.changeOrigin).toBe('com/salesforce/api/rest/66.0;client=amp');
  expect(body).toEqual({ LastModifiedDate: '2026-06-01T12:00:00.000Z', Name: { LastName: 'M' }, Phone: null });
});

test('SUB-14 SUB-15 deletes carry the header alone, undeletes every field', async () => {
  const { client, subscriber } = await startSubscriber();
  const { json } = await insert(client, 'Contact', { LastName: 'L' });
  await client.call('DELETE', `sobjects/Contact/${json.id}`);
  await client.call('POST', '/__emulator/records', {
    changes: [{ change: 'undelete', object: 'Contact', id: json.id }],
  });
  const { events } = await subscriber.connect(0);
  const payloads = events.map(({ data }: { data: { payload: object } }) => data.payload) as Event[];
  expect(payloads.map((payload) => payload.ChangeEventHeader.changeType)).toEqual(['CREATE', 'DELETE', 'UNDELETE']);
  expect(Object.keys(payloads[1]!)).toEqual(['ChangeEventHeader']);
  expect(payloads[2]).toMatchObject({ Name: { LastName: 'L' }, Phone: null });
});

test('SUB-2 SUB-3 replay -2 gives everything retained, a position gives what came after it, -1 only the new', async () => {
  const { client, subscriber } = await startSubscriber();
  for (const LastName of ['a', 'b', 'c']) await insert(client, 'Contact', { LastName });
  const { events } = await subscriber.connect(0);
  const names = async (replay: number) => {
    const other = new Subscriber(client);
    await other.handshake();
    await other.subscribe('/data/ContactChangeEvent', replay);
    const got = await other.connect(0);
    return got.events.map((event: Event) => event.data.payload.Name.LastName);
  };
  expect(await names(-2)).toEqual(['a', 'b', 'c']);
  expect(await names(events[0].data.event.replayId)).toEqual(['b', 'c']);
  expect(await names(-1)).toEqual([]);
  const ids = events.map(replayIdOf);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
});

test('SUB-6 a position past the 72 hours of retention is refused', async () => {
  const { client, subscriber } = await startSubscriber();
  await insert(client, 'Contact', { LastName: 'a' });
  const id = (await subscriber.connect(0)).events[0].data.event.replayId;
  client.emulator.clock.advance(73 * 3_600_000);
  client.emulator.world.sessions.adopt(client.token, client.emulator.userId);
  const other = new Subscriber(client);
  await other.handshake();
  const reply = await other.subscribe('/data/ContactChangeEvent', id);
  expect([reply.successful, reply.error]).toEqual([
    false,
    `400::The replayId {${id}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
  ]);
  expect((await other.subscribe('/data/ContactChangeEvent', -2)).successful).toBe(true);
  expect((await other.connect(0)).events).toEqual([]);
});

test('SUB-16 equal changes of one transaction merge into one event with every id', async () => {
  const { client, subscriber } = await startSubscriber();
  const ids = [];
  for (const LastName of ['a', 'b', 'c']) ids.push((await insert(client, 'Contact', { LastName })).json.id);
  await subscriber.connect(0);
  await client.call('DELETE', `composite/sobjects?ids=${ids.join(',')}`);
  const { events } = await subscriber.connect(0);
  expect(events).toHaveLength(1);
  expect(events[0].data.payload.ChangeEventHeader).toMatchObject({ changeType: 'DELETE', recordIds: ids });
});

test('SUB-18 one transaction over the limit overflows to one event per object', async () => {
  const { client, subscriber } = await startSubscriber({ settings: { overflowChanges: 2 } }, '/data/ChangeEvents');
  const records = ['a', 'b', 'c', 'd'].map((LastName) => ({ attributes: { type: 'Contact' }, LastName }));
  await client.call('POST', 'composite/sobjects', { records });
  const { events } = await subscriber.connect(0);
  const headers = events.map((event: Event) => event.data.payload.ChangeEventHeader);
  expect(headers.map(({ changeType }: { changeType: string }) => changeType)).toEqual([
    'CREATE',
    'CREATE',
    'GAP_OVERFLOW',
  ]);
  expect(headers[2].recordIds).toEqual(['000000000000000AAA']);
});

test('a changed long text travels as a difference', async () => {
  const { client, subscriber } = await startSubscriber();
  const text = Array.from({ length: 60 }, (_, n) => `line ${n} of a description that is long`).join('\n');
  const { json } = await insert(client, 'Contact', { LastName: 'a', Description: text });
  await subscriber.connect(0);
  await client.call('PATCH', `sobjects/Contact/${json.id}`, { Description: text.replace('line 7', 'LINE 7') });
  const { events } = await subscriber.connect(0);
  expect(events[0].data.payload.Description.diff).toMatch(
    /^--- \n\+\+\+ [0-9a-f]{64}\n@@ [^\n]+@@\n-line 7 [^\n]+\n\+LINE 7 [^\n]+$/,
  );
});

test('SUB-17 injected gaps look like ordinary events with a header alone', async () => {
  const { client, subscriber } = await startSubscriber();
  await client.call('POST', '/__emulator/events', {
    object: 'Contact',
    changeType: 'GAP_UPDATE',
    recordIds: ['003Am0000000001IAA'],
  });
  const { events } = await subscriber.connect(0);
  expect(events[0].data.payload.ChangeEventHeader).toMatchObject({
    changeType: 'GAP_UPDATE',
    recordIds: ['003Am0000000001IAA'],
  });
});

test('SUB-1 only selected objects emit, on the channels that hear them, spelt exactly', async () => {
  const { client, subscriber } = await startSubscriber({}, '/data/ChangeEvents');
  await insert(client, 'Lead', { LastName: 'a', Company: 'b' });
  await insert(client, 'Account', { Name: 'a' });
  const { events } = await subscriber.connect(0);
  expect(events.map((event: Event) => [event.channel, event.data.payload.ChangeEventHeader.entityName])).toEqual([
    ['/data/ChangeEvents', 'Account'],
  ]);
  expect((await subscriber.subscribe('/data/accountChangeEvent')).error).toBe(
    "400::The channel you requested to subscribe to doesn't exist {/data/accountChangeEvent}",
  );
});

test('SUB-25 a sixth entity is refused, and the same one twice', async () => {
  const client = await startClient();
  await select(client, ...['Account', 'Contact', 'Lead', 'Opportunity', 'Case'].map((name) => `${name}ChangeEvent`));
  const add = async (entity: string) =>
    (
      await client.call('POST', 'tooling/sobjects/PlatformEventChannelMember', {
        FullName: `ChangeEvents_${entity}`,
        Metadata: { eventChannel: 'ChangeEvents', selectedEntity: entity },
      })
    ).json[0]?.errorCode;
  expect(await add('TaskChangeEvent')).toBe('LIMIT_EXCEEDED');
  expect(await add('CaseChangeEvent')).toBe('DUPLICATE_DEVELOPER_NAME');
  const members = await client.call('GET', 'tooling/query?q=SELECT+Id,SelectedEntity+FROM+PlatformEventChannelMember');
  expect(members.json.totalSize).toBe(5);
  const [{ Id }] = members.json.records;
  const changed = { Metadata: { eventChannel: 'ChangeEvents', selectedEntity: 'TaskChangeEvent' } };
  expect((await client.call('PATCH', `tooling/sobjects/PlatformEventChannelMember/${Id}`, changed)).status).toBe(400);
  expect((await client.call('DELETE', `tooling/sobjects/PlatformEventChannelMember/${Id}`)).status).toBe(204);
  expect(await add('TaskChangeEvent')).toBeUndefined();
});

test('SUB-4 SUB-5 a client that stays away is forgotten; one whose session ended is told so, without an HTTP error', async () => {
  const { client, subscriber } = await startSubscriber();
  client.emulator.clock.advance(41_000);
  expect((await subscriber.connect(0)).meta).toMatchObject({
    error: '403::Unknown client',
    successful: false,
    advice: { reconnect: 'handshake' },
  });
  await subscriber.handshake();
  await subscriber.subscribe('/data/ContactChangeEvent');
  const waiting = subscriber.connect();
  await new Promise(setImmediate);
  await client.call('DELETE', '/__emulator/sessions');
  expect((await waiting).meta).toMatchObject({ error: '401::Authentication invalid', advice: { reconnect: 'none' } });
  expect(await subscriber.handshake()).toMatchObject({
    channel: '/meta/handshake',
    successful: false,
    error: '403::Handshake denied',
    ext: { sfdc: { failureReason: '401::Authentication invalid' }, replay: true },
    advice: { reconnect: 'none' },
  });
});

test('SUB-1 a platform event answers success with an entry in errors and arrives on its channel', async () => {
  const client = await startClient();
  client.emulator.org.schema.createObject({
    name: 'Order_Event__e',
    fields: [{ name: 'Text__c', type: 'string', length: 20 }],
  });
  const subscriber = new Subscriber(client);
  await subscriber.handshake();
  await subscriber.subscribe('/event/Order_Event__e');
  const { status, json } = await insert(client, 'Order_Event__e', { Text__c: 'hi' });
  expect([status, json.success, json.errors[0].statusCode]).toEqual([201, true, 'OPERATION_ENQUEUED']);
  const { events } = await subscriber.connect(0);
  expect(events[0].data).toMatchObject({ payload: { Text__c: 'hi' }, event: { EventUuid: json.errors[0].message } });
});

test('SUB-1 subscribe and connect in one request are both answered at once', async () => {
  const { client, subscriber } = await startSubscriber();
  await insert(client, 'Account', { Name: 'a' });
  const { clientId } = subscriber;
  const replies = await subscriber.send(
    { channel: '/meta/connect', clientId, connectionType: 'long-polling' },
    {
      channel: '/meta/subscribe',
      clientId,
      subscription: '/data/AccountChangeEvent',
      ext: { replay: { '/data/AccountChangeEvent': -2 } },
    },
  );
  expect(replies.map(({ channel }) => channel).sort()).toEqual([
    '/data/AccountChangeEvent',
    '/meta/connect',
    '/meta/subscribe',
  ]);
});

test('SUB-8 SUB-12 an update that changes nothing is an event of its stamp alone', async () => {
  const { client, subscriber } = await startSubscriber();
  const { json } = await insert(client, 'Contact', { LastName: 'L' });
  await subscriber.connect(0);
  await client.call('PATCH', `sobjects/Contact/${json.id}`, { LastName: 'L' });
  const { events } = await subscriber.connect(0);
  expect(events[0].data.payload.ChangeEventHeader.changedFields).toEqual(['LastModifiedDate']);
});

test('SUB-23 changes of one record come in the order they were made, with growing commit numbers and positions', async () => {
  const { client, subscriber } = await startSubscriber();
  const { json } = await insert(client, 'Contact', { LastName: '0' });
  for (const LastName of ['1', '2', '3']) await client.call('PATCH', `sobjects/Contact/${json.id}`, { LastName });
  await client.call('DELETE', `sobjects/Contact/${json.id}`);
  const { events } = await subscriber.connect(0);
  const kinds = events.map((event: Event) => event.data.payload.ChangeEventHeader.changeType);
  expect(kinds).toEqual(['CREATE', 'UPDATE', 'UPDATE', 'UPDATE', 'DELETE']);
  expect(events.slice(1, 4).map((event: Event) => event.data.payload.Name.LastName)).toEqual(['1', '2', '3']);
  const ids = events.map(replayIdOf);
  expect([...ids].sort((a, b) => a - b)).toEqual(ids);
});

test('SUB-7 SUB-30 a busy server advises to retry, a missing permission to stop, and neither is an HTTP error', async () => {
  const { client, subscriber } = await startSubscriber();
  client.emulator.faults.add({ name: 'event-server-busy', count: 1 });
  expect((await subscriber.connect(0)).meta).toMatchObject({
    successful: false,
    error: '503::Server is too busy. Please try your request again later.',
    advice: { reconnect: 'retry' },
  });
  expect((await subscriber.connect(0)).meta.successful).toBe(true);
  client.emulator.faults.add({ name: 'event-permission' });
  expect(await subscriber.subscribe('/data/AccountChangeEvent')).toMatchObject({
    successful: false,
    error: '403::User not allowed to subscribe CDC without View All Data permissions',
  });
  client.emulator.faults.clear();
  client.emulator.faults.add({ name: 'entity-selection-denied' });
  const member = { FullName: 'C', Metadata: { eventChannel: 'ChangeEvents', selectedEntity: 'LeadChangeEvent' } };
  const refused = await client.call('POST', 'tooling/sobjects/PlatformEventChannelMember', member);
  expect([refused.status, refused.json[0].errorCode]).toEqual([403, 'INSUFFICIENT_ACCESS']);
});

test('the version belongs into the path, and a request has its size', async () => {
  const client = await startClient();
  expect((await client.call('POST', '/cometd', [])).json[0].error).toBe(
    "400::API version in the URI is mandatory. URI format: '/cometd/66.0'",
  );
  expect((await client.call('POST', '/cometd/36.0', [])).status).toBe(400);
  expect((await client.call('POST', '/cometd/66.0', [{ channel: 'x'.repeat(33_000) }])).status).toBe(413);
  expect(
    (await client.call('POST', '/cometd/66.0/handshake', [{ channel: '/meta/handshake' }])).json[0].successful,
  ).toBe(true);
});

test('the daily allocation ends deliveries', async () => {
  const { client, subscriber } = await startSubscriber({ settings: { dailyEvents: 1 } });
  await insert(client, 'Contact', { LastName: 'a' });
  await insert(client, 'Contact', { LastName: 'b' });
  const { events, meta } = await subscriber.connect(0);
  expect([events, meta.error]).toEqual([[], '403::Organization total events daily limit exceeded']);
});

test('events are there again after a restart on the same data, with the same ids', async () => {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const dir = mkdtempSync('/tmp/amp-events-');
  const org = { path: `${dir}/org.db`, seed: 'empty' as const, frozenClock: true, now: Date.UTC(2026, 5, 1, 12) };
  const { client, subscriber } = await startSubscriber({ org });
  await insert(client, 'Contact', { LastName: 'a' });
  const before = (await subscriber.connect(0)).events[0].data.event.replayId;
  await client.emulator.stop();
  const next = await startClient({ org });
  const other = new Subscriber(next);
  await other.handshake();
  await other.subscribe('/data/ContactChangeEvent', -2);
  expect((await other.connect(0)).events.map(replayIdOf)).toEqual([before]);
  rmSync(dir, { recursive: true });
});
