import { afterEach, describe, expect, test } from 'vitest';
import { listEvents, loadEvent } from '../../src/destinations/stored-events.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createTriggeredReadsService } from '../../src/runtime/read/triggered-reads-service.ts';
import type { RuntimeWorld } from '../../src/runtime/run/runtime-service.ts';
import { type ApiRig, startApi } from './api-rig.ts';

const crm = '/v1/projects/local/integrations/crm';
const search = {
  method: 'POST',
  path: `${crm}?groupRef=acme`,
  body: { objectName: 'account', fieldFilters: [{ fieldName: 'name', operator: 'eq', value: 'x' }] },
};

/** Polls end at once when it is so; a busy machine takes its time. */
const soon = { timeout: 20_000 };

let rig: ApiRig;
afterEach(() => rig.stop());

/** Resolves when the org has been asked something new. */
async function untilAsked(before: number): Promise<void> {
  await expect.poll(() => rig.client.apiCalls, soon).toBeGreaterThan(before);
}

describe('when the runtime is told to stop', () => {
  test('a call under way ends well, and new ones find nobody', async () => {
    rig = await startApi({ clock: systemClock });
    expect((await rig.ask(search)).status).toBe(200);
    rig.emulator.faults.add({ match: { path: '/query' }, count: 1, effect: { kind: 'delay', ms: 400 } });
    const before = rig.client.apiCalls;
    const underWay = rig.ask(search);
    await untilAsked(before);
    rig.stopServing();
    await expect(rig.ask({ path: '/healthz' })).rejects.toThrow();
    const reply = await underWay;
    expect([reply.status, reply.headers.connection]).toEqual([200, 'close']);
    await rig.api.stopped;
  });

  test('what does not end in time is cut, and its org call with it', async () => {
    rig = await startApi({ clock: systemClock, graceMs: 200 });
    expect((await rig.ask(search)).status).toBe(200);
    rig.emulator.faults.add({ match: { path: '/query' }, effect: { kind: 'hang' } });
    const before = rig.client.apiCalls;
    const underWay = rig.ask(search).catch((error) => error);
    await untilAsked(before);
    rig.stopServing();
    expect(await underWay).toBeInstanceOf(Error);
    await rig.api.stopped;
  });

  test('a triggered read is set aside with what it has, and the next runtime goes on with it', async () => {
    rig = await startApi({ records: { Contact: 5_000 }, clock: systemClock });
    // REST would do it in three pages; each page waits, so that the end comes in the middle.
    rig.emulator.faults.add({ match: { path: '/results' }, effect: { kind: 'delay', ms: 150 } });
    const { json } = await rig.ask({
      method: 'POST',
      path: `${crm}/objects/person`,
      body: { groupRef: 'acme', mode: 'async' },
    });
    await expect.poll(() => rig.client.apiCalls, soon).toBeGreaterThan(4);
    rig.stopServing();
    await rig.api.stopped;
    const operation = () =>
      rig.state.db.prepare('SELECT status FROM operations WHERE id = ?').get<{ status: string }>(json.operationId);
    expect(operation()).toEqual({ status: 'in_progress' });
    rig.emulator.faults.clear();
    await createTriggeredReadsService().run(rig.world as unknown as RuntimeWorld, new AbortController().signal);
    expect(operation()).toEqual({ status: 'success' });
    const ids = listEvents(rig.state.db, { topic: 'read' }, 1_000)
      .flatMap(
        ({ id }) =>
          JSON.parse(Buffer.from(loadEvent(rig.state.db, id).body).toString()).result as { raw: { Id: string } }[],
      )
      .map(({ raw }) => raw.Id);
    expect([ids.length, new Set(ids).size]).toEqual([5_000, 5_000]);
  });

  test('a read of an installation that was removed meanwhile is given up', async () => {
    rig = await startApi({ records: { Contact: 5_000 }, clock: systemClock });
    rig.emulator.faults.add({ match: { path: '/results' }, effect: { kind: 'hang' } });
    const { json } = await rig.ask({
      method: 'POST',
      path: `${crm}/objects/person`,
      body: { groupRef: 'acme', mode: 'async' },
    });
    await expect.poll(() => rig.client.apiCalls, soon).toBeGreaterThan(4);
    rig.stopServing();
    await rig.api.stopped;
    rig.project.installations.remove('ins_acme');
    await createTriggeredReadsService().run(rig.world as unknown as RuntimeWorld, new AbortController().signal);
    const row = rig.state.db.prepare('SELECT status, result FROM operations WHERE id = ?').get(json.operationId);
    expect(row).toEqual({ status: 'failure', result: 'The installation was removed meanwhile.' });
  });

  test('of many triggered reads four run at once, and those that wait are gone on with after a restart', async () => {
    rig = await startApi({ records: { Contact: 20 }, clock: systemClock });
    const until = (day: number) => `2030-01-0${day}T00:00:00Z`;
    rig.emulator.faults.add({ match: { pattern: '/query.*LastName' }, count: 0, effect: { kind: 'hang' } });
    const ids: string[] = [];
    for (let day = 1; day <= 6; day++) {
      const body = { groupRef: 'acme', mode: 'async', untilTimestamp: until(day) };
      ids.push((await rig.ask({ method: 'POST', path: `${crm}/objects/person`, body })).json.operationId);
    }
    // All six are accepted and counted; the org is asked for the rows of four.
    await expect.poll(() => rig.soql().filter((soql) => soql.includes('COUNT()')).length, soon).toBe(6);
    await expect.poll(() => rig.emulator.faults.list()[0]!.hits, soon).toBe(4);
    rig.stopServing();
    await rig.api.stopped;
    expect(rig.emulator.faults.list()[0]!.hits).toBe(4);
    rig.emulator.faults.clear();
    await createTriggeredReadsService().run(rig.world as unknown as RuntimeWorld, new AbortController().signal);
    const statuses = ids.map(
      (id) => rig.state.db.prepare('SELECT status FROM operations WHERE id = ?').get<{ status: string }>(id)!.status,
    );
    expect(statuses).toEqual(Array(6).fill('success'));
    expect(listEvents(rig.state.db, { topic: 'read' }, 100)).toHaveLength(6);
  });
});
