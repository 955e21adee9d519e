import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileSink } from '../../src/runtime/read/sinks/file-sink.ts';
import { type ReadOptions, readObject, startReadWorld, type TestWorld } from './read-world.ts';

/** Reads whose job, locator or count is spoilt: going on where they were would fail for ever, or end well with rows missing. */
let world: TestWorld;
let path: string;
beforeEach(async () => {
  world = await startReadWorld({ records: { Contact: 60 } });
  path = join(world.folder, 'contacts.ndjson');
});
afterEach(() => world.stop());

const object = readObject('contact', ['LastName', 'Email']);

const read = (more: Partial<ReadOptions> = {}) =>
  world.read({
    object,
    readType: 'backfill',
    period: { full: true },
    api: 'bulk',
    pageRows: 20,
    target: { kind: 'sink', create: () => createFileSink(path), key: path },
    ...more,
  });

const written = () => readFileSync(path, 'utf8').split('\n').filter(Boolean);
const idsOf = (lines: readonly string[]) => lines.map((line) => (JSON.parse(line) as { raw: { Id: string } }).raw.Id);
const fault = (effect: object, match: object, more: object = {}) =>
  world.emulator.faults.add({ effect, match, count: 0, ...more } as never);
const answer = (status: number, errorCode: string) => ({
  kind: 'answer',
  status,
  body: JSON.stringify([{ errorCode, message: 'no' }]),
  contentType: 'application/json',
});

async function undisturbed(more: Partial<ReadOptions> = {}): Promise<string[]> {
  await read(more);
  return written();
}

describe('what a read had come to is left behind when it is worth nothing', () => {
  test('a job that failed is not asked again: the next read makes another one', async () => {
    const whole = await undisturbed();
    fault({ kind: 'fail-jobs', message: 'ExceededQuota : no' }, { method: 'GET', path: 'jobs/query' }, { count: 1 });
    await expect(read()).rejects.toMatchObject({ code: 'read-job-failed' });
    await expect(read()).resolves.toMatchObject({ records: 60 });
    expect(written()).toEqual(whole);
  });

  test('a job that fails between two reads costs the second nothing', async () => {
    const whole = await undisturbed();
    const cut = fault({ kind: 'cut', at: 10, by: 'rst' }, { path: 'locator=' });
    await expect(read()).rejects.toMatchObject({ code: 'read-page-broken' });
    world.emulator.faults.remove(cut.id);
    fault({ kind: 'fail-jobs' }, { method: 'GET', path: 'jobs/query' }, { count: 1 });
    await expect(read()).resolves.toMatchObject({ records: 60 });
    expect(world.notices.join()).toContain('Starting over');
    expect(written()).toEqual(whole);
  });

  test.each([
    [400, 'INVALID_LOCATOR', 'salesforce-cursor-expired'],
    [409, 'API_VERSION_MISMATCH', 'salesforce-conflict'],
    [410, 'GONE', 'salesforce-version-retired'],
  ])('a job whose pages are answered with %d %s is given up for another one', async (status, errorCode, code) => {
    const whole = await undisturbed();
    const refused = fault(answer(status, errorCode), { path: 'locator=' });
    await expect(read()).rejects.toMatchObject({ code });
    expect(written()).toHaveLength(20);
    world.emulator.faults.remove(refused.id);
    await expect(read()).resolves.toMatchObject({ records: 60 });
    expect(written()).toEqual(whole);
  });

  test.each([
    ['bulk', '"numberRecordsProcessed":60', '"numberRecordsProcessed":61', 'jobs/query'],
    ['rest', '"totalSize":60', '"totalSize":61', 'q=SELECT%20Id'],
  ] as const)('a count that does not add up by %s fails each time, until it does', async (api, search, by, at) => {
    const whole = await undisturbed({ api });
    const wrong = fault({ kind: 'replace', search, replacement: by }, { path: at });
    for (let time = 1; time <= 3; time++) {
      await expect(read({ api })).rejects.toMatchObject({ code: 'read-count-mismatch' });
    }
    world.emulator.faults.remove(wrong.id);
    await expect(read({ api })).resolves.toMatchObject({ records: 60 });
    expect(written()).toEqual(whole);
  });

  test('a scheduled read keeps what it has written, and writes each record once', async () => {
    const scheduled = () =>
      world.read({
        object,
        readType: 'scheduled',
        api: 'bulk',
        pageRows: 20,
        target: { kind: 'sink', create: () => createFileSink(path), key: path },
      });
    const since = { stampMs: 0, column: 'SystemModstamp', operationId: 'op_0' };
    const { ReadStore } = await import('../../src/runtime/read/read-store.ts');
    new ReadStore(world.state.db, Date.now).advanceWatermark(`org:${world.record.id}`, 'Contact', since);
    const refused = fault(answer(400, 'INVALID_LOCATOR'), { path: 'locator=' });
    await expect(scheduled()).rejects.toMatchObject({ code: 'salesforce-cursor-expired' });
    expect(written()).toHaveLength(20);
    world.emulator.faults.remove(refused.id);
    // The job is gone altogether, too.
    fault({ kind: 'act', action: 'expire-jobs' }, { method: 'GET', path: 'jobs/query' }, { count: 1 });
    await scheduled().catch(() => scheduled());
    const ids = idsOf(written());
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBe(60);
  });
});

describe('answers that are none', () => {
  const body = (text: string) => ({ kind: 'answer', status: 200, body: text, contentType: 'application/json' });

  test.each(['null', '{}', '[]', '{"id":"750"}', '{"state":"JobComplete"}'])('a job that is %s', async (text) => {
    for (const method of ['POST', 'GET']) {
      const damaged = fault(body(text), { method, path: 'jobs/query' });
      await expect(read()).rejects.toMatchObject({ code: 'salesforce-answer-damaged' });
      world.emulator.faults.remove(damaged.id);
    }
    await expect(read()).resolves.toMatchObject({ records: 60 });
  });

  test.each([
    'null',
    '{"totalSize":1,"done":true,"records":[null]}',
    '{"totalSize":1,"done":true,"records":[{"Id":null}]}',
    '{"totalSize":1,"done":true,"records":[[]]}',
  ])('a page that is %s', async (text) => {
    fault(body(text), { path: 'q=SELECT%20Id' });
    const error = await read({ api: 'rest' }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'read-page-broken' });
    expect((error as Error).message).not.toContain('..');
  });
});
