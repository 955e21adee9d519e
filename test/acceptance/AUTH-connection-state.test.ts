import { afterEach, beforeEach, expect, test } from 'vitest';
import { deployLocally } from '../../src/environments/local/deploy.ts';
import { createInstallationStore } from '../../src/environments/local/installation-store.ts';
import { openLocalProject } from '../../src/environments/local/local-project.ts';
import { loadBase } from '../../src/environments/local/revisions.ts';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import { createNotifier, listNotifications } from '../../src/notifications/notifier.ts';
import { diffManifests } from '../../src/plan/diff.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { connectionBack, connectionLost } from '../../src/runtime/connection-state.ts';
import { openMemoryState, type State } from '../../src/store/state.ts';
import { connected, recordOf } from '../auth/connected.ts';
import { type StrictOrg, startStrictOrg } from '../auth/strict-org.ts';
import { choice, manifestOf, readObject } from '../deploy/manifests.ts';

let org: StrictOrg;
let state: State;
beforeEach(async () => {
  org = await startStrictOrg();
  state = openMemoryState();
});
afterEach(async () => {
  state.close();
  await org.close();
});

/** A project with two customers on the org, one paused, and one customer on another org. */
function project(manifest = manifestOf(readObject('account'))) {
  deployLocally(openLocalProject(state), {
    manifest,
    source: JSON.stringify(manifest),
    base: loadBase(state.db),
    changes: diffManifests(undefined, manifest),
    onRemoved: 'keep',
    author: 'ada',
    at: '2026-02-03T08:00:00Z',
  });
  const installations = createInstallationStore(state.db);
  const save = (id: string, groupRef: string, orgId: string, status: InstallationRecord['status']) =>
    installations.save({
      id,
      integration: 'crm',
      groupRef,
      groupName: groupRef,
      orgId,
      config: { provider: 'salesforce' },
      status,
      pausedObjects: [],
      revision: 1,
      keptObjects: [],
      createdAt: '2026-02-03T08:00:00Z',
      updatedAt: '2026-02-03T08:00:00Z',
    });
  save('ins_1', 'acme', recordOf(org).id, 'active');
  save('ins_2', 'acme-west', recordOf(org).id, 'paused');
  save('ins_3', 'other', '00Dother:005other', 'active');
  const notifier = createNotifier(state.db, { clock: systemClock });
  return { db: state.db, installations, notifier, projectId: 'prj', clock: systemClock };
}

test('AUTH-11 AUTH-23 a revoked sign-in stops its installations, is told once, and other installations go on', async () => {
  const world = project();
  const { client } = await connected(org, { onNeedsReauth: (record, reason) => connectionLost(world, record, reason) });
  org.revokeEverything();
  for (let call = 0; call < 3; call++) {
    await expect(client.json({ path: 'limits' })).rejects.toMatchObject({ code: 'org-sign-in-expired' });
  }
  const states = () => world.installations.list().map(({ id, status }) => [id, status]);
  expect(states()).toEqual([
    ['ins_1', 'needs_reauth'],
    ['ins_2', 'paused'],
    ['ins_3', 'active'],
  ]);
  expect(world.installations.get('ins_1')!.statusReason).toMatch(/expired access/);
  const told = () => listNotifications(state.db, 10).map(({ type }) => type);
  expect(told()).toEqual(['connection.error']);

  // Somebody signs in again.
  connectionBack(world, recordOf(org));
  expect(states()).toEqual([
    ['ins_1', 'active'],
    ['ins_2', 'paused'],
    ['ins_3', 'active'],
  ]);
  expect(told()).toEqual(['connection.updated', 'connection.error']);
  expect(connectionBack(world, recordOf(org))).toEqual([]);
});

test('an installation that lacks a choice still lacks it after somebody has signed in again', () => {
  const world = project(manifestOf(readObject('account', { requiredFields: [choice('tier')] })));
  const { config, ...rest } = world.installations.get('ins_1')!;
  world.installations.save({
    ...rest,
    config: { ...config, read: { objects: { account: { objectName: 'account' } } } },
  });
  connectionLost(world, recordOf(org), 'revoked');
  connectionBack(world, recordOf(org));
  expect(world.installations.get('ins_1')).toMatchObject({
    status: 'action_needed',
    statusReason: 'Choose a field for tier of account.',
  });
});
