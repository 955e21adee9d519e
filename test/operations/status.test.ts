import { expect, test } from 'vitest';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { createOutbox, newMessageId } from '../../src/destinations/outbox.ts';
import { deployLocally } from '../../src/environments/local/deploy.ts';
import { openLocalProject } from '../../src/environments/local/local-project.ts';
import { loadBase } from '../../src/environments/local/revisions.ts';
import { AmpError } from '../../src/errors/amp-error.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import type { OrgRecord } from '../../src/orgs/org.ts';
import { createMemoryRegistry } from '../../src/orgs/registry.ts';
import { plainStyle } from '../../src/output/style.ts';
import { StreamStore } from '../../src/runtime/subscribe/stream-store.ts';
import { gatherStatus } from '../../src/status/status.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { renderStatus } from '../../src/views/status.ts';
import { manifestOf, readObject } from '../deploy/manifests.ts';
import { manualClock } from './manual-clock.ts';

const hourMs = 3_600_000;

function world(org: Partial<OrgRecord> = {}) {
  const state = openMemoryState();
  const clock = manualClock('2026-02-03T09:00:00Z');
  const record: OrgRecord = {
    id: '00D1:0051',
    alias: 'acme',
    provider: 'salesforce',
    orgId: '00D000000000001AAA',
    userId: '0051',
    username: 'ada@example.com',
    isSandbox: false,
    isEmulator: false,
    loginUrl: 'https://login.salesforce.com',
    instanceUrl: 'https://acme.my.salesforce.com',
    apiVersion: '66.0',
    flow: 'web',
    credentialStore: 'keychain',
    status: 'connected',
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    ...org,
  };
  const gather = () => gatherStatus({ state, registry: createMemoryRegistry([record]), clock });
  return { state, clock, gather };
}

test('a project in order needs nobody', async () => {
  const { gather } = world();
  expect(await gather()).toMatchObject({
    healthy: true,
    attention: [],
    orgs: [{ alias: 'acme', connectionState: 'working' }],
  });
});

test('a lost sign-in needs a person, and the command is the remedy', async () => {
  const { gather } = world({ status: 'needs_reauth', statusReason: 'invalid_grant' });
  expect(await gather()).toMatchObject({
    healthy: false,
    attention: [
      { kind: 'org', message: 'invalid_grant', remedy: expect.stringMatching(/^amp org login --alias acme --/) },
    ],
  });
});

test('80 % of the API calls are a notice and change no exit code; a day later they say nothing', async () => {
  const { gather, clock } = world({ apiUsage: { used: 12_000, max: 15_000, at: '2026-02-03T08:00:00Z' } });
  expect(await gather()).toMatchObject({
    healthy: true,
    notices: [{ kind: 'org', message: expect.stringContaining('80 %') }],
  });
  clock.advance(25 * hourMs);
  expect((await gather()).notices).toEqual([]);
});

test('messages that wait for a retry are a notice at once, with what the receiver said', async () => {
  const { state, clock, gather } = world();
  const settings = { url: 'https://example.com/hook', headers: {}, allowPrivateNetwork: false };
  const { id } = createDestinationStore(state.db, () => clock.now()).add({ name: 'inbox', kind: 'webhook', settings });
  const messageId = newMessageId(clock.now());
  const body = Buffer.from('{}');
  createOutbox(state.db, () => clock.now()).add([
    { id: messageId, destination: 'inbox', orderKey: 'a', body, records: 1, topic: 'read' },
  ]);
  expect((await gather()).notices).toEqual([]);
  state.db.prepare('UPDATE outbox SET attempts = 1, next_attempt_at = ?').run(clock.now() + 5_000);
  state.db
    .prepare(
      'INSERT INTO delivery_failures (destination_id, message_id, attempt, at, status, reason) VALUES (?, ?, 1, ?, 500, ?)',
    )
    .run(id, messageId, clock.now(), 'HTTP 500');
  const expected = { kind: 'queue', subject: 'inbox', message: '1 message waits for a retry after HTTP 500' };
  expect(await gather()).toMatchObject({
    healthy: true,
    notices: [{ ...expected, remedy: expect.stringContaining('2026-02-03T09:00:05.000Z') }],
  });
  clock.advance(10_000);
  expect((await gather()).notices).toMatchObject([{ ...expected, remedy: expect.stringContaining('amp run') }]);
});

test('a mistyped object is no failing read; an object of the manifest that went away is', async () => {
  const { state, clock, gather } = world();
  const log = createOperationLog(state.db, { clock, redact: (text) => text });
  const unknown = new AmpError({ code: 'salesforce-object-unknown', message: 'Salesforce has no object "Contat".' });
  log.start({ action: 'read', object: 'Contat', startedBy: 'cli' }).fail(unknown);
  log.flush();
  expect(await gather()).toMatchObject({ healthy: true, attention: [] });
  const broken = new AmpError({ code: 'read-field-missing', message: 'Contact shows this user no field "Tier__c".' });
  log.start({ action: 'read', object: 'Contact', startedBy: 'cli' }).fail(broken);
  log.flush();
  expect((await gather()).attention).toMatchObject([{ kind: 'operation', subject: 'read Contact' }]);
});

test('an object of the manifest that the customer has not chosen is not behind its schedule', async () => {
  const { state, clock, gather } = world();
  const manifest = manifestOf(readObject('Contact'), readObject('Lead'), readObject('Account'), readObject('Case'));
  manifest.integrations[0]!.read!.objects[3]!.enabled = 'always';
  const at = new Date(clock.now()).toISOString();
  const project = openLocalProject(state);
  deployLocally(project, {
    manifest,
    source: JSON.stringify(manifest),
    base: loadBase(state.db),
    changes: [],
    onRemoved: 'keep',
    author: 'ada',
    at,
  });
  const objects = {
    contact: { objectName: 'contact', schedule: '0 0 1 1 *' },
    lead: { objectName: 'lead', disabled: true },
  };
  project.installations.save({
    id: 'ins_1',
    integration: 'crm',
    groupRef: 'quayline',
    groupName: 'Quayline',
    orgId: '00D1:0051',
    config: { provider: 'salesforce', read: { objects } },
    status: 'active',
    pausedObjects: [],
    revision: 1,
    keptObjects: [],
    createdAt: at,
    updatedAt: at,
  });
  clock.advance(2 * hourMs);
  const { installations, attention } = await gather();
  expect(installations[0]!.reads.map(({ objectName, paused, lagMs }) => [objectName, paused, lagMs])).toEqual([
    ['Contact', false, 0],
    ['Lead', true, undefined],
    ['Case', false, 1.5 * hourMs],
  ]);
  expect(attention.map(({ message }) => message)).toEqual(['Case is behind its schedule (*/30 * * * *)']);
});

test('a disabled destination and a queue that does not move need a person', async () => {
  const { state, clock, gather } = world();
  const destinations = createDestinationStore(state.db, () => clock.now());
  const settings = { url: 'https://example.com/hook', headers: {}, allowPrivateNetwork: false };
  destinations.add({ name: 'inbox', kind: 'webhook', settings });
  const { id } = destinations.add({ name: 'pager', kind: 'webhook', settings });
  destinations.disable(id, 'nothing succeeded for five days');
  createOutbox(state.db, () => clock.now()).add([
    {
      id: newMessageId(clock.now()),
      destination: 'inbox',
      orderKey: 'a',
      body: Buffer.from('{}'),
      records: 1,
      topic: 'read',
    },
  ]);
  expect((await gather()).attention.map(({ kind, subject }) => [kind, subject])).toEqual([['destination', 'pager']]);
  clock.advance(2 * hourMs);
  expect(await gather()).toMatchObject({
    attention: [
      { subject: 'pager' },
      { kind: 'queue', subject: 'inbox', message: expect.stringMatching(/^1 message waits, the oldest/) },
    ],
    queues: { writes: { waiting: 0, gathering: 0 }, outbox: { pending: 1, oldestAgeMs: 2 * hourMs } },
  });
});

test('a stream position is told a day before the org forgets the events behind it', async () => {
  const { state, clock, gather } = world();
  new StreamStore(state.db, () => clock.now()).savePosition('ins_1', '/data/AccountChangeEvent', '42', clock.now());
  expect(await gather()).toMatchObject({ healthy: true, subscriptions: [{ hoursToExpiry: 72, lagMs: 0 }] });
  clock.advance(60 * hourMs);
  expect((await gather()).attention).toMatchObject([
    { kind: 'subscription', message: expect.stringContaining('12 h') },
  ]);
  clock.advance(20 * hourMs);
  expect((await gather()).attention).toMatchObject([{ message: expect.stringContaining('events are lost') }]);
});

test('a quiet stream that is followed needs nobody, and neither does a tail that somebody left', async () => {
  const { state, clock, gather } = world();
  const streams = new StreamStore(state.db, () => clock.now());
  streams.savePosition('ins_1', '/data/AccountChangeEvent', '42', clock.now());
  streams.savePosition('tail:00D000000000001AAA:0051', '/data/AccountChangeEvent', '42', clock.now());
  clock.advance(60 * hourMs);
  streams.confirmPosition('ins_1', '/data/AccountChangeEvent');
  const status = await gather();
  expect(status).toMatchObject({
    healthy: true,
    notices: [{ kind: 'subscription', subject: expect.stringContaining('tail:') }],
    subscriptions: [{ scope: 'ins_1', lagMs: 0, hoursToExpiry: 72 }, { scope: 'tail:00D000000000001AAA:0051' }],
  });
  const text = renderStatus(status, { style: plainStyle, width: 80, now: clock.now() });
  expect(text).toMatch(/AccountChangeEvent +tail of acme /);
  clock.advance(20 * hourMs);
  expect((await gather()).subscriptions).toMatchObject([{ scope: 'ins_1' }]);
});

test('a failure needs a person until the same thing has worked', async () => {
  const { state, clock, gather } = world();
  const log = createOperationLog(state.db, { clock, redact: (text) => text });
  const write = () => log.start({ action: 'write', object: 'Lead', groupRef: 'quayline', startedBy: 'api' });
  write().fail(new Error('no route to host'));
  expect(await gather()).toMatchObject({
    healthy: false,
    attention: [{ kind: 'operation', subject: 'write Lead for quayline', message: 'no route to host' }],
    operations: { failedLast24h: 1, openIncidents: 1 },
  });
  write().succeed('written');
  expect(await gather()).toMatchObject({ healthy: true, operations: { openIncidents: 0 } });
});

test('the screen is 80 columns wide', async () => {
  const { state, clock, gather } = world({ username: `${'ada.'.repeat(30)}@example.com`, status: 'needs_reauth' });
  const destinations = createDestinationStore(state.db, () => clock.now());
  destinations.add({ name: 'a-destination-with-a-very-long-name-indeed', kind: 'stdout', settings: {} });
  const text = renderStatus(await gather(), { style: plainStyle, width: 80, now: clock.now() });
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
