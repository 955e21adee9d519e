import { describe, expect, it } from 'vitest';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { messageLimitBytes } from '../../src/destinations/pack.ts';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import { exampleData } from '../../src/notifications/example.ts';
import { notificationTypes } from '../../src/notifications/notification.ts';
import { listOpenIncidents } from '../../src/notifications/notification-incidents.ts';
import { createNotifier, listNotifications } from '../../src/notifications/notifier.ts';
import { connectionSet, installationSet } from '../../src/notifications/payload.ts';
import { createNotificationRoutes } from '../../src/notifications/routes.ts';
import { sendExample } from '../../src/notifications/send-example.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { manualClock } from '../operations/manual-clock.ts';

const installation: InstallationRecord = {
  id: 'ins_41',
  integration: 'crm',
  groupRef: 'org-quayline',
  groupName: 'Quayline Logistics',
  consumerRef: 'u-12',
  consumerName: 'Ada Quist',
  orgId: '00D1:0051',
  config: { provider: 'salesforce' },
  status: 'active',
  pausedObjects: [],
  revision: 1,
  keptObjects: [],
  createdAt: '2026-02-03T08:00:00Z',
  updatedAt: '2026-02-03T08:00:00Z',
};

function project() {
  const state = openMemoryState();
  const clock = manualClock('2026-02-03T09:00:00Z');
  const destinations = createDestinationStore(state.db, () => clock.now());
  const webhook = (name: string, url = `https://${name}.example.com/hook`) =>
    destinations.add({ name, kind: 'webhook', settings: { url, headers: {}, allowPrivateNetwork: false } });
  webhook('pager');
  webhook('archive');
  webhook('chat', 'https://hooks.slack.com/services/T/B/x');
  const routes = createNotificationRoutes(state.db);
  const notifier = createNotifier(state.db, { clock });
  const sent = () =>
    state.db
      .prepare(
        `SELECT destinations.name, topic, body FROM outbox JOIN outbox_bodies USING (seq)
         JOIN destinations ON destinations.id = destination_id ORDER BY seq`,
      )
      .all<{ name: string; topic: string; body: Uint8Array }>()
      .map((row) => ({ to: row.name, topic: row.topic, body: JSON.parse(Buffer.from(row.body).toString()) }));
  return { state, clock, routes, notifier, sent };
}

const all = { topic: 'everything', types: notificationTypes, destinations: ['pager'] };
const facts = {
  projectId: 'prj_7',
  provider: 'salesforce',
  connectionId: '00D1:0051',
  groupRef: 'org-quayline',
  consumerRef: 'u-12',
  consumerName: 'Ada Quist',
};
const installed = {
  ...facts,
  integrationId: 'crm',
  integrationName: 'crm',
  installationId: 'ins_41',
  groupName: 'Quayline Logistics',
};

it.each(notificationTypes)('%s leaves as {notificationType, data} with exactly the documented data', (type) => {
  const { routes, notifier, sent } = project();
  routes.add(all);
  const set = installationSet(installation, 'prj_7');
  const config = { provider: 'salesforce' };
  const documented = {
    'installation.created': { ...installed, config },
    'installation.updated': { ...installed, config, lastConfig: config },
    'installation.deleted': { ...installed, config },
    'connection.created': facts,
    'connection.refreshed': facts,
    'connection.updated': facts,
    'connection.deleted': facts,
    'connection.error': { ...facts, errors: ['revoked'], error: ['revoked'] },
    'read.backfill.done': { ...installed, objectName: 'deal' },
    'read.schedule.paused': { ...installed, config, error: 'revoked' },
    'read.triggered.done': { ...installed, objectName: 'deal', fromTimestamp: '2026-02-03T00:00:00Z' },
    'read.triggered.error': { ...installed, objectName: 'deal', error: 'revoked' },
    'write.async.done': { ...installed, objectName: 'deal', success: false, successfulRecordIds: ['1'], errors: [{}] },
    'subscribe.create.error': { ...installed, error: 'no permission' },
    'destination.webhook.disabled': { projectId: 'prj_7', destinationId: 'd', destinationName: 'n', url: 'https://x' },
  };
  const given = type.startsWith('connection.')
    ? { ...documented[type], ...connectionSet(installation, 'prj_7') }
    : type === 'destination.webhook.disabled'
      ? documented[type]
      : { ...documented[type], ...set };
  notifier.notify(type, given as never);
  expect(sent()).toEqual([{ to: 'pager', topic: type, body: { notificationType: type, data: documented[type] } }]);
});

describe('routes', () => {
  it('an event goes to every destination of its topics once, an unrouted one nowhere', () => {
    const { state, routes, notifier, sent } = project();
    routes.add({ topic: 'alerts', types: ['read.backfill.done'], destinations: ['pager', 'archive'] });
    routes.add({ topic: 'audit', types: ['read.backfill.done'], destinations: ['archive'] });
    notifier.notify('read.backfill.done', { ...installationSet(installation, 'p'), objectName: 'deal' });
    expect(sent().map(({ to }) => to)).toEqual(['archive', 'pager']);
    expect(notifier.notify('connection.created', connectionSet(installation, 'p')).messages).toEqual([]);
    expect(sent()).toHaveLength(2);
    expect(listNotifications(state.db, 10).map(({ type, messages }) => [type, messages.length])).toEqual([
      ['connection.created', 0],
      ['read.backfill.done', 2],
    ]);
  });

  it('go type by type, destination by destination, or as a whole topic', () => {
    const { routes } = project();
    routes.add({ topic: 'a', types: ['connection.error', 'connection.created'], destinations: ['pager', 'archive'] });
    routes.remove({ topic: 'a', types: ['connection.created'], destinations: ['archive'] });
    expect(routes.list()).toEqual([{ type: 'connection.error', topic: 'a', destinations: ['pager'] }]);
    routes.remove({ topic: 'a', types: [], destinations: [] });
    expect(routes.list()).toEqual([]);
  });

  it('refuse names a topic cannot have and types that do not exist', () => {
    const { routes } = project();
    const add = (topic: string, type: string) => () => routes.add({ topic, types: [type], destinations: [] });
    expect(add('so/so', 'connection.error')).toThrow(/cannot be the name/);
    expect(add('x'.repeat(65), 'connection.error')).toThrow(/cannot be the name/);
    expect(add('fine', 'connection.lost')).toThrow(/There is no notification/);
  });

  it('a destination that was removed no longer gets anything', () => {
    const { state, routes, notifier, sent } = project();
    routes.add(all);
    const destinations = createDestinationStore(state.db);
    destinations.remove(destinations.require('pager').id);
    expect(notifier.notify('connection.created', connectionSet(installation, 'p')).messages).toEqual([]);
    expect(sent()).toEqual([]);
  });
});

describe('incidents', () => {
  const connection = connectionSet(installation, 'p');
  const error = { ...connection, errors: ['revoked'], error: ['revoked'] };

  it('are told once, not at each retry, and again only after they were cleared', () => {
    const { state, routes, notifier, sent, clock } = project();
    routes.add(all);
    notifier.notify('connection.error', error);
    clock.advance(60_000);
    expect(notifier.notify('connection.error', error)).toMatchObject({ messages: [], repeated: true });
    expect(listOpenIncidents(state.db)).toMatchObject([{ type: 'connection.error', subject: '00D1:0051', times: 2 }]);
    notifier.notify('connection.updated', connection);
    expect(listOpenIncidents(state.db)).toEqual([]);
    notifier.notify('connection.error', error);
    expect(sent().map(({ topic }) => topic)).toEqual(['connection.error', 'connection.updated', 'connection.error']);
  });

  it('are counted even when nothing is routed', () => {
    const { state, notifier } = project();
    notifier.notify('connection.error', error);
    expect(listOpenIncidents(state.db)).toHaveLength(1);
  });

  it('of one object are not cleared by another that works', () => {
    const { state, notifier } = project();
    const read = (objectName: string) => ({ ...installationSet(installation, 'p'), objectName });
    notifier.notify('read.triggered.error', read('Contact'));
    notifier.notify('read.triggered.done', read('Account'));
    expect(listOpenIncidents(state.db)).toHaveLength(1);
    notifier.notify('read.triggered.done', read('Contact'));
    expect(listOpenIncidents(state.db)).toHaveLength(0);
  });

  it('commit with what they tell of', () => {
    const { state, routes, notifier, sent } = project();
    routes.add(all);
    const work = () =>
      state.db.transaction(() => {
        notifier.notify('connection.error', error);
        throw new Error('rolled back');
      });
    expect(work).toThrow('rolled back');
    expect(sent()).toEqual([]);
    expect(listOpenIncidents(state.db)).toEqual([]);
  });

  it('end by hand where no event says so', () => {
    const { state, notifier } = project();
    notifier.notify('subscribe.create.error', { ...installationSet(installation, 'p'), error: 'no' });
    expect(notifier.clear('subscribe.create.error', { subject: 'ins_41' })).toBe(true);
    expect(listOpenIncidents(state.db)).toEqual([]);
  });
});

it('OPS-14 an oversized config is offered for download and its address stands in its place', () => {
  const { state, routes, notifier, sent } = project();
  routes.add(all);
  const config = { provider: 'salesforce', note: 'x'.repeat(messageLimitBytes) } as never;
  const data = { ...installationSet(installation, 'p'), config, lastConfig: { provider: 'salesforce' } };
  notifier.notify('installation.updated', data);
  const [message] = sent();
  const { configURL, ...rest } = message!.body.data;
  expect(rest).toEqual({ ...installationSet(installation, 'p'), lastConfig: { provider: 'salesforce' } });
  const [, id] = /^amp-download:([0-9A-Za-z]{22})$/.exec(configURL)!;
  const download = state.db.prepare('SELECT content FROM downloads WHERE id = ?').get<{ content: Uint8Array }>(id!);
  expect(JSON.parse(Buffer.from(download!.content).toString())).toEqual(config);
});

it('a Slack address gets one sentence and the payload, harmless for its markup', () => {
  const { routes, notifier, sent } = project();
  routes.add({ ...all, destinations: ['chat'] });
  const group = { ...connectionSet(installation, 'p'), groupRef: '<!channel> & co' };
  notifier.notify('connection.error', { ...group, errors: ['revoked'], error: ['revoked'] });
  const { text } = sent()[0]!.body;
  expect(text.split('\n')[0]).toBe('Connection failed for &lt;!channel&gt; &amp; co: revoked');
  expect(text).toContain('"notificationType": "connection.error"');
});

describe('send-test', () => {
  it.each(notificationTypes)('sends %s with every documented key and opens no incident', (type) => {
    const { state, routes, sent, clock } = project();
    routes.add(all);
    sendExample(state.db, type, { clock, projectId: 'prj_7' });
    expect(sent()[0]!.body).toEqual({ notificationType: type, data: exampleData(type, 'prj_7') });
    expect(listOpenIncidents(state.db)).toEqual([]);
  });

  it('says so when there is no route', () => {
    const { state, clock } = project();
    expect(() => sendExample(state.db, 'connection.error', { clock, projectId: 'p' })).toThrow(/no route/);
  });
});
