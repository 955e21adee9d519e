import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMetricsRegistry } from '../../src/runtime/run/metrics/registry.ts';
import { ScheduleStore } from '../../src/runtime/schedule/schedule-store.ts';
import { type ApiRig, contactConfig, startApi } from '../api/api-rig.ts';
import { change } from '../read/read-world.ts';

const project = '/v1/projects/local';
const crm = `${project}/integrations/crm`;

let rig: ApiRig;
beforeAll(async () => {
  rig = await startApi({ records: { Contact: 3, Account: 1 } });
});
afterAll(() => rig.stop());

describe('the local API', () => {
  test('an installation is unhealthy while one of its reads keeps failing, whatever else works', async () => {
    const { state, project: local, installation, ask } = rig;
    const healthOf = async () => (await ask({ path: `${crm}/installations/${installation.id}` })).json.healthStatus;
    const failed = (object: string, failures: number) =>
      new ScheduleStore(state.db).save(installation.id, object, {
        servedTo: 0,
        backfill: 'none',
        failures,
        notBefore: 0,
        lastError: 'no field',
        pausedAt: null,
      });
    expect(await healthOf()).toBe('healthy');
    failed('contact', 2);
    expect(await healthOf()).toBe('unhealthy');
    failed('contact', 0);
    failed('no_longer_read__c', 5);
    expect(await healthOf()).toBe('healthy');
    local.installations.setStatus(installation.id, 'action_needed', 'Choose a field.', '2026-03-01T10:00:00Z');
    expect(await healthOf()).toBe('unhealthy');
    local.installations.save(installation);
  });

  test('a triggered read of a span that ends before it begins is refused, and is no operation', async () => {
    const since = '2026-03-01T10:00:00Z';
    for (const untilTimestamp of [since, '2026-03-01T11:00:00+02:00']) {
      const body = { groupRef: 'acme', mode: 'async', sinceTimestamp: since, untilTimestamp };
      const reply = await rig.ask({ method: 'POST', path: `${crm}/objects/person`, body });
      expect(reply.status).toBe(400);
      expect(reply.json.issues).toEqual([
        { in: 'body', name: 'untilTimestamp', detail: 'It is not after sinceTimestamp.' },
      ]);
    }
    expect((await rig.ask({ path: `${project}/operations?type=read` })).json.results).toEqual([]);
  });

  test('a connection goes by its id and by its alias', async () => {
    const { id, alias } = rig.record;
    for (const name of [id, alias]) {
      const { json } = await rig.ask({ path: `${project}/connections/${encodeURIComponent(name)}` });
      expect(json).toMatchObject({ id, alias });
    }
  });

  test('OPS-8 500 operations come in pages of 200, 1000 at most, with a token', async () => {
    rig.state.db.transaction(() => {
      for (let index = 0; index < 500; index++) {
        rig.log
          .start({
            action: 'read',
            object: 'Lead',
            installationId: 'ins_pages',
            groupRef: 'pages',
            integration: 'crm',
            startedBy: 'test',
          })
          .succeed(`run ${index}`);
      }
    });
    rig.project.installations.save({ ...rig.installation, id: 'ins_pages', groupRef: 'pages' });
    const path = `${crm}/installations/ins_pages/operations`;
    const first = (await rig.ask({ path })).json;
    expect(first.results).toHaveLength(200);
    expect(first.pagination).toEqual({ done: false, nextPageToken: expect.any(String) });
    const seen = new Set<string>(first.results.map(({ id }: { id: string }) => id));
    let token: string | undefined = first.pagination.nextPageToken;
    const sizes = [];
    while (token !== undefined) {
      const page: { results: { id: string }[]; pagination: { done: boolean; nextPageToken?: string } } = (
        await rig.ask({ path: `${path}?pageToken=${token}` })
      ).json;
      sizes.push(page.results.length);
      for (const { id } of page.results) seen.add(id);
      token = page.pagination.nextPageToken;
      expect(page.pagination.done).toBe(token === undefined);
    }
    expect([sizes, seen.size]).toEqual([[200, 100], 500]);
    const all = (await rig.ask({ path: `${path}?pageSize=1000` })).json;
    expect([all.results.length, all.pagination]).toEqual([500, { done: true }]);
    expect(all.results[0].result).toBe('run 499');
    for (const wrong of ['pageSize=0', 'pageSize=1001', 'pageSize=x', 'pageToken=abc', 'pageToken=']) {
      const reply = await rig.ask({ path: `${path}?${wrong}` });
      expect([reply.status, reply.json.issues[0].in], wrong).toEqual([400, 'query']);
    }
    const filtered = await rig.ask({
      path: `${project}/operations?groupRef=pages&type=read&status=success&object=lead&pageSize=3`,
    });
    expect(filtered.json.results).toHaveLength(3);
    expect((await rig.ask({ path: `${project}/operations?groupRef=pages&status=failure` })).json.results).toEqual([]);
  });

  test('OPS-10 an unknown operation is a 404 that says so', async () => {
    const reply = await rig.ask({ path: `${project}/operations/op_nothing/logs` });
    expect([reply.status, reply.json.code]).toEqual([404, 'operation-not-found']);
  });

  test('PROXY-7 the installation id wins; one of name and group alone is an error', async () => {
    const call = (headers: Record<string, string>) =>
      rig.ask({
        path: '/services/data/v66.0/limits',
        headers: { 'x-amp-proxy-version': '1', 'x-amp-project-id': rig.world.projectId, ...headers },
      });
    const wins = await call({
      'x-amp-installation-id': 'ins_acme',
      'x-amp-integration-name': 'quiet',
      'x-amp-group-ref': 'nobody',
    });
    expect(wins.status).toBe(200);
    expect((await call({ 'x-amp-integration-name': 'crm', 'x-amp-group-ref': 'acme' })).status).toBe(200);
    for (const [headers, name] of [
      [{ 'x-amp-integration-name': 'crm' }, 'x-amp-group-ref'],
      [{ 'x-amp-group-ref': 'acme' }, 'x-amp-integration-name'],
      [{}, 'x-amp-installation-id'],
    ] as const) {
      const reply = await call(headers);
      expect([reply.status, reply.json.issues]).toEqual([400, [{ in: 'header', name, detail: 'It is missing.' }]]);
    }
    expect((await call({ 'x-amp-project-id': 'other', 'x-amp-installation-id': 'ins_acme' })).status).toBe(404);
    expect((await rig.ask({ path: '/services/data/v66.0/limits' })).status).toBe(404);
  });

  test('PROXY-4 PROXY-5 PROXY-9 the proxy passes verb, body and answer on, keeps inside the org, and can be off', async () => {
    const headers = { 'x-amp-proxy-version': '1', 'x-amp-project-id': 'local', 'x-amp-installation-id': 'ins_acme' };
    const made = await rig.ask({
      method: 'POST',
      path: '/services/data/v66.0/sobjects/Account',
      headers: { ...headers, authorization: 'Bearer FAKE-of-the-caller' },
      body: { Name: 'Quayline' },
    });
    expect([made.status, made.json.success]).toEqual([201, true]);
    expect(made.headers['x-amp-operation-id']).toMatch(/^op_/);
    const operation = await rig.ask({ path: `${project}/operations/${made.headers['x-amp-operation-id']}` });
    expect(operation.json).toMatchObject({
      actionType: 'proxy',
      status: 'success',
      installationId: 'ins_acme',
      startedBy: 'api',
    });
    const patched = await rig.ask({
      method: 'PATCH',
      path: `/services/data/v66.0/sobjects/Account/${made.json.id}`,
      headers,
      body: { Name: 'Quayline 2' },
    });
    expect([patched.status, patched.text]).toEqual([204, '']);
    const refused = await rig.ask({ path: '/services/data/v66.0/sobjects/Account/nothing', headers });
    expect([refused.status, refused.json[0].errorCode]).toEqual([404, 'NOT_FOUND']);
    expect(Object.keys(refused.headers).filter((name) => /^(?:set-cookie|access-control)/.test(name))).toEqual([]);
    for (const path of ['//evil.example/x', '/services/../../x', '/services/%2e%2e/%2e%2e/x', '/\\evil.example']) {
      const reply = await rig.ask({ path, headers });
      expect([reply.status, reply.json.code], path).toEqual([400, 'proxy-path-refused']);
    }
    const arrow = Buffer.from('→').toString('latin1');
    rig.emulator.faults.add({
      match: { path: '/limits' },
      effect: { kind: 'headers', set: { 'x-note': arrow, 'x-plain': 'y' } },
    });
    const odd = await rig.ask({ path: '/services/data/v66.0/limits', headers });
    expect([odd.status, odd.headers['x-plain']]).toEqual([200, 'y']);
    rig.project.installations.save({ ...rig.installation, config: { ...contactConfig, proxy: { enabled: false } } });
    try {
      const off = await rig.ask({ path: '/services/data/v66.0/limits', headers });
      expect([off.status, off.json.code]).toEqual([403, 'proxy-disabled']);
    } finally {
      rig.project.installations.save(rig.installation);
    }
  });

  test('SCHEMA-9 object metadata without read-only fields, and parts of compounds in bracket form', async () => {
    const path = `${project}/providers/salesforce/objects/account/metadata?groupRef=acme`;
    const all = (await rig.ask({ path })).json;
    const writable = (await rig.ask({ path: `${path}&excludeReadOnly=true` })).json;
    expect(all).toMatchObject({ name: 'Account', displayName: 'Account' });
    expect(all.fields.name).toMatchObject({
      fieldName: 'name',
      valueType: 'string',
      readOnly: false,
      isRequired: true,
    });
    expect(all.fields.createddate).toMatchObject({ readOnly: true, valueType: 'datetime' });
    const city = "$['billingaddress']['city']";
    expect(all.fields[city]).toMatchObject({ fieldName: city, displayName: 'Billing City', valueType: 'string' });
    expect(Object.values<{ readOnly: boolean }>(writable.fields).some(({ readOnly }) => readOnly)).toBe(false);
    expect(writable.fields).not.toHaveProperty('createddate');
    expect(writable.fields).toHaveProperty([city]);
    const mapped = (await rig.ask({ path: `${crm}/objects/person/metadata?groupRef=acme` })).json;
    expect(mapped).toMatchObject({ name: 'Contact', mappedObjectName: 'person' });
    expect(mapped.fields).toHaveProperty(["$['name']['lastname']"]);
    const none = await rig.ask({ path: path.replace('account', 'nothing') });
    expect([none.status, none.json.code]).toEqual([404, 'salesforce-object-unknown']);
    expect((await rig.ask({ path: path.replace('groupRef=acme', 'groupRef=nobody') })).status).toBe(404);
  });

  test('the project answers to its id, to local and to the names of AMP_API_PROJECTS, and to no other', async () => {
    const { config } = rig.world.context;
    Object.assign(rig.world.context, {
      config: { ...config, env: { ...config.env, AMP_API_PROJECTS: '3f1c2a9e, dev' } },
    });
    try {
      for (const name of ['local', rig.world.projectId, '3f1c2a9e', 'dev'])
        expect((await rig.ask({ path: `/v1/projects/${name}/integrations` })).status, name).toBe(200);
      for (const name of ['other', '%20', 'dev%2C']) {
        const reply = await rig.ask({ path: `/v1/projects/${name}/integrations` });
        expect([reply.status, reply.json.code], name).toEqual([404, 'api-not-found']);
      }
    } finally {
      Object.assign(rig.world.context, { config });
    }
  });

  test('an installation says which connection, unless the customer has one or there is only one', async () => {
    const make = (groupRef: string, more: object) =>
      rig.ask({
        method: 'POST',
        path: `${crm}/installations`,
        body: { groupRef, config: { content: contactConfig }, ...more },
      });
    const unknown = await make('new', { connectionId: 'nobody' });
    expect([unknown.status, unknown.json.issues[0].name]).toEqual([400, 'connectionId']);
    const named = await make('new', { connectionId: 'acme', groupName: 'New & Co' });
    expect(named.json).toMatchObject({
      group: { groupRef: 'new', groupName: 'New & Co' },
      connection: { id: rig.record.id, alias: 'acme' },
    });
    const only = await make('newer', {});
    expect(only.json.connection.id).toBe(rig.record.id);
    const removed = await rig.ask({ method: 'DELETE', path: `${crm}/installations/${only.json.id}` });
    expect([removed.status, removed.text]).toEqual([204, '']);
  });

  test('READ-26 an installation with a field the org hides is a 422 that names it, and nothing is saved', async () => {
    const content = {
      ...contactConfig,
      read: { objects: { contact: { objectName: 'contact', selectedFields: { secret__c: true } } } },
    };
    const ask = { method: 'POST', path: `${crm}/installations`, body: { groupRef: 'hidden', config: { content } } };
    const reply = await rig.ask(ask);
    expect([reply.status, reply.json.code]).toEqual([422, 'config-field']);
    expect(reply.json.issues[0]).toMatchObject({
      in: 'body',
      code: 'config-field',
      name: '$.read.objects.contact.selectedFields.secret__c',
    });
    expect((await rig.ask({ path: `${project}/installations?groupRef=hidden` })).json).toEqual([]);
    const twice = await rig.ask({ ...ask, body: { groupRef: 'acme', config: { content: contactConfig } } });
    expect([twice.status, twice.json.code]).toEqual([409, 'installation-exists']);
  });

  test('only masked paths of an installation change, and a path without a value goes', async () => {
    const path = `${crm}/installations/ins_acme`;
    const patch = (updateMask: string[], installation: object) =>
      rig.ask({ method: 'PATCH', path, body: { updateMask, installation } });
    const content = {
      read: {
        objects: {
          contact: { objectName: 'contact', schedule: '*/45 * * * *' },
          account: { objectName: 'account', disabled: true },
        },
      },
      proxy: { enabled: false },
    };
    const one = await patch(['config.content.read.objects.contact'], { config: { content } });
    expect(one.json.config.content).toEqual({
      ...contactConfig,
      read: {
        objects: { ...contactConfig.read!.objects, contact: { objectName: 'contact', schedule: '*/45 * * * *' } },
      },
    });
    const gone = await patch(
      ['config.content.read.objects.account', 'config.content.write.objects', 'config.createdBy'],
      { config: { createdBy: 'bo', content: {} } },
    );
    expect(gone.json).toMatchObject({ createdBy: 'bo', config: { createdBy: 'bo' } });
    expect(gone.json.config.content).toEqual({
      provider: 'salesforce',
      read: { objects: { contact: { objectName: 'contact', schedule: '*/45 * * * *' } } },
      proxy: { enabled: true },
    });
    const wrong = await patch(
      [
        'config',
        'connectionId',
        'config.content.read.objects.__proto__',
        // A part of an object is no path of the platform: taken for a name it would change nothing and say nothing.
        'config.content.read.objects.contact.schedule',
      ],
      { config: { content } },
    );
    expect(wrong.status).toBe(400);
    expect(wrong.json.issues.map(({ name }: { name: string }) => name)).toEqual([
      'updateMask[0]',
      'updateMask[1]',
      'updateMask[2]',
      'updateMask[3]',
    ]);
    for (const verb of ['pause', 'unpause'])
      expect((await rig.ask({ method: 'POST', path: `${path}:${verb}` })).status, `${verb} without a body`).toBe(204);
    const patched = await rig.ask({
      method: 'PATCH',
      // By the name messages carry; the config spells it otherwise.
      path: `${crm}/objects/PERSON/config-content`,
      body: {
        installationId: 'ins_acme',
        action: 'read',
        changes: [
          { op: 'remove', path: '/schedule' },
          { op: 'add', path: '/selectedFields', value: { phone: true } },
        ],
      },
    });
    expect(patched.json.config.content.read.objects).toEqual({
      contact: { objectName: 'contact', selectedFields: { phone: true } },
    });
    expect(rig.lines).toContain('changes: notified');
    rig.project.installations.save(rig.installation);
  });

  test('two changes at once do not undo each other', async () => {
    const path = `${crm}/installations/ins_acme`;
    const patch = (objectName: string) =>
      rig.ask({
        method: 'PATCH',
        path,
        body: {
          updateMask: [`config.content.read.objects.${objectName}`],
          installation: {
            config: { content: { read: { objects: { [objectName]: { objectName, disabled: true } } } } },
          },
        },
      });
    await Promise.all([patch('contact'), patch('account')]);
    const { objects } = rig.project.installations.get('ins_acme')!.config.read!;
    expect(objects).toMatchObject({ contact: { disabled: true }, account: { disabled: true } });
    rig.project.installations.save(rig.installation);
  });

  test('numbers of records keep every digit, and write as they came', async () => {
    change(rig.org, (transaction) => {
      transaction.insert('Account', { Name: 'Digits', AnnualRevenue: 1 });
    });
    const filter = [{ fieldName: 'name', operator: 'eq', value: 'Digits' }];
    const found = await rig.ask({
      method: 'POST',
      path: `${crm}?groupRef=acme`,
      body: { objectName: 'account', fieldFilters: filter },
    });
    expect(found.json.result).toHaveLength(1);
    const body = `{"groupRef":"acme","type":"update","record":{"id":"${found.json.result[0].id}","AnnualRevenue":1234567890123456.5}}`;
    const written = await rig.ask({ method: 'POST', path: `${crm}/objects/account`, body });
    expect(written.status, written.text).toBe(200);
  });

  test('WRITE-11 an asynchronous write answers with its operation at once', async () => {
    const body = { groupRef: 'acme', type: 'create', mode: 'asynchronous', record: { lastname: 'Later' } };
    const reply = await rig.ask({ method: 'POST', path: `${crm}/objects/person`, body });
    expect([reply.status, reply.json.operationId]).toEqual([200, expect.stringMatching(/^op_/)]);
    const operation = await rig.ask({ path: `${project}/operations/${reply.json.operationId}` });
    expect(operation.json).toMatchObject({ actionType: 'write', status: 'in_progress' });
  });

  test('WRITE-8 WRITE-16 WRITE-33 a write that cannot be is refused before any call', async () => {
    const before = rig.client.apiCalls;
    const write = (object: string, body: object) =>
      rig.ask({ method: 'POST', path: `${crm}/objects/${object}`, body: { groupRef: 'acme', ...body } });
    const noId = await write('person', { type: 'update', record: { lastname: 'x' } });
    expect([noId.status, noId.json.code]).toEqual([400, 'write-id-missing']);
    const both = await write('person', { type: 'create', record: {}, batch: [] });
    expect([both.status, both.json.issues[0].name]).toEqual([400, '$.batch']);
    const many = await write('person', { type: 'create', batch: Array.from({ length: 101 }, () => ({ record: {} })) });
    expect(many.status).toBe(400);
    const other = await write('lead', { type: 'create', record: { company: 'x' } });
    expect([other.status, other.json.code]).toEqual([404, 'write-object-missing']);
    const notAllowed = await write('account', { type: 'delete', record: { id: '001000000000001AAA' } });
    expect([notAllowed.status, notAllowed.json.code]).toEqual([403, 'write-delete-disabled']);
    expect(rig.client.apiCalls - before).toBeLessThanOrEqual(2);
  });

  test('a sign-in that is over is a 424 that says how to cure it', async () => {
    const { orgs } = rig.world;
    const { AmpError } = await import('../../src/errors/amp-error.ts');
    const lost = new AmpError({
      code: 'org-sign-in-expired',
      message: 'Salesforce no longer accepts the sign-in.',
      hint: 'amp org login --alias acme',
    });
    Object.assign(rig.world, { orgs: { open: () => Promise.reject(lost) } });
    try {
      const reply = await rig.ask({ path: `${project}/providers/salesforce/objects/account/metadata?groupRef=acme` });
      expect(reply.status).toBe(424);
      expect(reply.json).toMatchObject({ subsystem: 'auth', remedy: 'amp org login --alias acme', retryable: false });
    } finally {
      Object.assign(rig.world, { orgs });
    }
  });

  test('what amp did not foresee is a 500 without a word of the inside', async () => {
    const { health } = rig.world;
    Object.assign(rig.world, {
      health: {
        live: () => {
          throw new Error('secret inside');
        },
      },
    });
    try {
      const reply = await rig.ask({ path: '/healthz' });
      expect([reply.status, reply.json.code]).toEqual([500, 'internal-error']);
      expect(reply.text).not.toContain('secret inside');
      expect(rig.lines.at(-2)).toContain('secret inside');
    } finally {
      Object.assign(rig.world, { health });
    }
  });

  test('health, readiness and metrics', async () => {
    expect((await rig.ask({ path: '/readyz' })).json).toMatchObject({ ok: true, services: [{ name: 'api' }] });
    const metrics = await rig.ask({ path: '/metrics' });
    expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(metrics.text).toContain('amp_api_requests_total{method="GET",route="/healthz",status="500"} 1');
    expect(createMetricsRegistry().render()).toBe('\n');
  });
});
