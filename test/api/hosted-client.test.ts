import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/credentials/secret.ts';
import { listEvents, loadEvent } from '../../src/destinations/stored-events.ts';
import {
  callProxy,
  projectId,
  searchRecords,
  setPaused,
  triggerRead,
  writeRecords,
} from '../../src/environments/hosted/data-plane.ts';
import { findIntegrationOfObject } from '../../src/environments/hosted/find-object.ts';
import { createHostedApi, type HostedApi } from '../../src/environments/hosted/hosted-api.ts';
import { createHostedEnvironment } from '../../src/environments/hosted/hosted-environment.ts';
import {
  findInstallation,
  findIntegration,
  listConnections,
  listDestinations,
  listInstallations,
  listIntegrations,
  listProjects,
  listProviderApps,
} from '../../src/environments/hosted/lists.ts';
import { fetchLogs, fetchOperation, listOperations } from '../../src/environments/hosted/operations.ts';
import { deleteInstallation, deleteIntegration } from '../../src/environments/hosted/remove.ts';
import { checkManifest } from '../../src/manifest/check.ts';
import { createHttp } from '../../src/platform/http.ts';
import { type ApiRig, manifest, startApi } from './api-rig.ts';

let rig: ApiRig;
let api: HostedApi;
const http = createHttp();

beforeAll(async () => {
  rig = await startApi({ records: { Contact: 3, Account: 2 } });
  api = createHostedApi({
    // The base address is all that differs from the hosted platform.
    config: { apiUrl: rig.api.url, env: {} },
    project: 'local',
    key: new Secret(rig.key),
    http,
    clock: { now: Date.now, sleep: async () => {} },
    signal: new AbortController().signal,
    client: 'amp-cli/test',
    debug: () => {},
    random: () => 0.5,
  });
});
afterAll(async () => {
  await http.close();
  await rig.stop();
});

/** The operation's end, as a caller that polls sees it. */
async function ended(operationId: string) {
  await expect
    .poll(async () => (await fetchOperation(api, operationId)).status, { timeout: 20_000 })
    .not.toBe('in_progress');
  return fetchOperation(api, operationId);
}

describe('the client of the hosted platform, pointed at the local API', () => {
  test('lists what there is', async () => {
    expect(await listProjects(api)).toMatchObject([{ id: rig.world.projectId, name: 'local' }]);
    expect(await projectId(api)).toBe(rig.world.projectId);
    expect(await listIntegrations(api)).toMatchObject([
      { id: 'crm', name: 'crm', provider: 'salesforce', installations: 1 },
      { id: 'quiet', name: 'quiet', installations: 0 },
    ]);
    expect(await findIntegration(api, 'crm')).toMatchObject({ latestRevision: { specVersion: '1.0.0' } });
    expect(await findIntegrationOfObject(api, 'person')).toBe('crm');
    expect(await listInstallations(api)).toMatchObject([{ id: 'ins_acme', group: { groupRef: 'acme' } }]);
    expect(await listInstallations(api, { integration: 'crm', groupRef: 'nobody' })).toEqual([]);
    expect(await findInstallation(api, 'acme')).toMatchObject({
      healthStatus: 'healthy',
      connection: { id: rig.record.id, status: 'working' },
      config: { content: { provider: 'salesforce' } },
    });
    expect(await listDestinations(api)).toMatchObject([{ name: 'inbox', type: 'file' }]);
    expect(await listConnections(api)).toMatchObject([
      { id: rig.record.id, group: { groupRef: 'acme', groupName: 'Acme' } },
    ]);
    expect(await listProviderApps(api)).toEqual([]);
  });

  test('OPS-4 triggers a read and follows its operation and log', async () => {
    const { operationId } = await triggerRead(api, { integration: 'crm', object: 'person', groupRef: 'acme' });
    const operation = await ended(operationId);
    expect(operation).toMatchObject({
      id: operationId,
      projectId: rig.world.projectId,
      integrationId: 'crm',
      installationId: 'ins_acme',
      actionType: 'read',
      status: 'success',
      result: '3 Contact records in 1 message.',
      metadata: { objects: ['Contact'], readType: 'triggered', progress: { records: 3, messages: 1 } },
    });
    const logs = await fetchLogs(api, operationId);
    expect(logs.at(-1)).toMatchObject({ severity: 'INFO', message: { operation_id: operationId } });
    const [stored] = listEvents(rig.state.db, { operationId }, 10);
    const message = JSON.parse(Buffer.from(loadEvent(rig.state.db, stored!.id).body).toString());
    expect(message).toMatchObject({ action: 'read', readType: 'triggered', groupRef: 'acme', objectName: 'person' });
    expect(message.result).toHaveLength(3);
  });

  test('OPS-7 searches, and each search is an operation', async () => {
    const rows = await searchRecords(api, {
      integration: 'crm',
      groupRef: 'acme',
      objectName: 'person',
      fieldFilters: [],
    }).catch((error) => error);
    expect(rows).toMatchObject({ code: 'hosted-request-failed' });
    const all = (await rig.client.json({ path: 'query?q=SELECT+Id,LastName,Email+FROM+Contact' })).body as {
      records: { Id: string; LastName: string; Email: string }[];
    };
    const [first] = all.records;
    const found = await searchRecords(api, {
      integration: 'crm',
      groupRef: 'acme',
      objectName: 'person',
      fieldFilters: [{ fieldName: 'mail', operator: 'eq', value: first!.Email }],
    });
    expect(found[0]).toMatchObject({
      id: first!.Id,
      fields: { lastname: first!.LastName },
      mappedFields: { mail: first!.Email },
    });
    const { operations } = { operations: await listOperations(api, { id: 'ins_acme', integrationId: 'crm' }, 5) };
    expect(operations[0]).toMatchObject({ actionType: 'search', status: 'success' });
  });

  test('writes one record and a batch, and a failed write is an answer', async () => {
    const one = await writeRecords(api, {
      integration: 'crm',
      object: 'person',
      body: { groupRef: 'acme', type: 'create', record: { lastname: 'Quist', mail: 'ada@example.com' } },
    });
    expect(one).toMatchObject({ status: 200, body: { result: { success: true } } });
    const { recordId } = one.body.result as { recordId: string };
    expect(await ended(one.body.operationId as string)).toMatchObject({ actionType: 'write', status: 'success' });
    const batch = await writeRecords(api, {
      integration: 'crm',
      object: 'contact',
      body: {
        groupRef: 'acme',
        type: 'create',
        batch: [{ record: { lastname: 'A' } }, { record: { mail: 'b@example.com' } }],
      },
    });
    expect(batch).toMatchObject({
      status: 422,
      body: { successCount: 0, failureCount: 2, results: [{ success: false }, { success: false }] },
    });
    const gone = await writeRecords(api, {
      integration: 'crm',
      object: 'person',
      body: { groupRef: 'acme', type: 'delete', record: { id: recordId } },
    });
    expect(gone.status).toBe(200);
    await expect(
      writeRecords(api, {
        integration: 'crm',
        object: 'person',
        body: { groupRef: 'acme', type: 'update', record: { mail: 'x' } },
      }),
    ).rejects.toMatchObject({ details: { status: 400 } });
  });

  test('calls any path of the org through the proxy', async () => {
    const project = await projectId(api);
    const byId = await callProxy(api, project, {
      method: 'GET',
      path: '/services/data/v66.0/limits',
      headers: {},
      target: { installationId: 'ins_acme' },
    });
    expect(byId.status).toBe(200);
    expect(JSON.parse(byId.body.toString())).toHaveProperty('DailyApiRequests');
    const byName = await callProxy(api, project, {
      method: 'POST',
      path: '/services/data/v66.0/sobjects/Account',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"Name":"Quayline"}'),
      target: { integrationName: 'crm', groupRef: 'acme' },
    });
    expect(byName.status).toBe(201);
    const missing = await callProxy(api, project, {
      method: 'GET',
      path: '/services/data/v66.0/sobjects/Nothing',
      headers: {},
      target: { installationId: 'ins_acme' },
    });
    expect([missing.status, JSON.parse(missing.body.toString())[0].errorCode]).toEqual([404, 'NOT_FOUND']);
  });

  test('pauses and resumes, twice over', async () => {
    const of = { id: 'ins_acme', integrationId: 'crm' };
    const paused = async () =>
      (await findInstallation(api, 'ins_acme')) as unknown as { status: string; pausedObjects: unknown[] };
    for (let times = 0; times < 2; times++)
      await setPaused(api, of, { paused: true, objects: ['person'], note: 'Migration' });
    expect((await paused()).pausedObjects).toMatchObject([{ objectName: 'contact', note: 'Migration' }]);
    await setPaused(api, of, { paused: true });
    expect((await paused()).status).toBe('paused');
    for (let times = 0; times < 2; times++) await setPaused(api, of, { paused: false });
    expect(await paused()).toMatchObject({ status: 'active', pausedObjects: [] });
  });

  test('plans and deploys as `amp deploy -p` does, and what the file lacks stays', async () => {
    const environment = createHostedEnvironment(api, 'inline', () => {});
    const source = manifest.replace('*/15 * * * *', '*/30 * * * *').split('  - name: quiet')[0]!;
    const { manifest: desired } = checkManifest({ file: 'amp.yaml', bytes: Buffer.from(source) });
    const deployed = await environment.loadDeployed(desired!);
    expect(deployed).toMatchObject({ unmanaged: ['quiet'], installations: [{ id: 'ins_acme' }] });
    expect(await environment.listDestinations()).toEqual(['inbox']);
    const outcome = await environment.deploy({
      manifest: desired!,
      source: Buffer.from(source),
      base: deployed.base,
      changes: [],
      onRemoved: 'keep',
      author: 'test',
    });
    expect(outcome.revisions).toMatchObject([{ integration: { name: 'crm' } }]);
    const names = (await listIntegrations(api)).map(({ name }) => name);
    expect(names.sort()).toEqual(['crm', 'quiet']);
    const again = await environment.loadDeployed(desired!);
    expect(again.manifest!.integrations[0]).toEqual(desired!.integrations[0]);
  });

  test('removes an installation and an integration', async () => {
    await deleteInstallation(api, 'crm', 'ins_acme');
    expect(await listInstallations(api)).toEqual([]);
    await expect(deleteInstallation(api, 'crm', 'ins_acme')).rejects.toMatchObject({ code: 'hosted-not-found' });
    await deleteIntegration(api, 'quiet');
    expect((await listIntegrations(api)).map(({ name }) => name)).toEqual(['crm']);
    await deleteIntegration(api, 'crm');
    expect(await listIntegrations(api)).toEqual([]);
  });
});
