import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chooseApi } from '../../src/runtime/read/api-choice.ts';
import { createFileSink } from '../../src/runtime/read/sinks/file-sink.ts';
import { readObject, startReadWorld, type TestWorld } from '../read/read-world.ts';

const full = { readType: 'backfill', period: { full: true } } as const;
const object = readObject(
  'contact',
  ['Id', 'LastName', 'Description', 'Score__c', 'Birthdate', 'MailingAddress', 'Phone'],
  {},
);
const sorted = (text: string) => text.split('\n').filter(Boolean).sort();

describe('bulk query', () => {
  let world: TestWorld;
  let truth: string[];
  beforeAll(async () => {
    world = await startReadWorld({ records: { Account: 10, Contact: 3000 } });
    truth = sorted((await world.read({ object, ...full, api: 'rest' })).text);
  });
  afterAll(() => world.stop());
  beforeEach(() => {
    world.requests.length = 0;
    world.emulator.faults.clear();
    Object.assign(world.emulator.settings, { bulkPolls: 0, bulkPageRows: 50_000 });
  });
  const jobsMade = () =>
    world.requests.filter((line) => line.startsWith('POST') && line.includes('/jobs/query')).length;
  const pagesRead = () => world.requests.filter((line) => line.includes('/results')).length;

  test('BULK-1 2,000 rows go by REST, 2,001 by Bulk, and --api forces either', () => {
    expect(chooseApi({ forced: 'auto', estimate: 2000 }).api).toBe('rest');
    expect(chooseApi({ forced: 'auto', estimate: 2001 }).api).toBe('bulk');
    expect(chooseApi({ forced: 'bulk', estimate: 1 }).api).toBe('bulk');
    expect(chooseApi({ forced: 'rest', estimate: 5_000_000 }).api).toBe('rest');
  });

  test('BULK-1 the org’s count decides, within the period', async () => {
    expect((await world.read({ object, ...full })).api).toBe('bulk');
    expect((await world.read({ object, ...full, limit: 2000 })).api).toBe('rest');
    expect((await world.read({ object, readType: 'backfill', period: { days: 1 } })).api).toBe('rest');
  });

  test('BULK-2 create, poll with growing pauses, read until the locator is null', async () => {
    const pauses: number[] = [];
    const slow = await startReadWorld({
      records: { Contact: 30_500 },
      clock: { now: () => Date.now(), sleep: async (ms) => void pauses.push(ms) },
    });
    slow.emulator.settings.bulkPolls = 4;
    const { lines } = await slow.read({ object, ...full });
    expect(new Set(lines.map(({ raw }) => raw.Id)).size).toBe(30_500);
    expect(pauses.length).toBeGreaterThanOrEqual(4);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(new Set(pauses).size).toBe(pauses.length);
    const pages = slow.requests.filter((line) => line.includes('/results'));
    expect(pages.length).toBeGreaterThan(1);
    await slow.stop();
  });

  test('BULK-3 a failed job fails the operation with what the org said, and nothing counts as delivered', async () => {
    world.emulator.faults.add({ name: 'jobs-fail', skip: 1 });
    await expect(world.read({ object, ...full, api: 'bulk' })).rejects.toMatchObject({
      code: 'read-job-failed',
      message: expect.stringContaining('Failed'),
    });
    const row = world.state.db.prepare('SELECT status FROM operations ORDER BY number DESC LIMIT 1').get();
    expect(row).toEqual({ status: 'failure' });
  });

  test('BULK-4 records equal those of REST, character for character', async () => {
    const { text } = await world.read({ object, ...full, api: 'bulk' });
    expect(sorted(text)).toEqual(truth);
  });

  test('BULK-4 so do the parents of rows that belong to one of several objects, and what they say they are', async () => {
    const { accessToken: token } = world.emulator.signIn();
    const make = async (type: string, values: object): Promise<string> => {
      const answer = await fetch(`${world.emulator.url}/services/data/v66.0/sobjects/${type}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(values),
      });
      return ((await answer.json()) as { id: string }).id;
    };
    const lead = await make('Lead', { LastName: 'Lovelace', Company: 'Engines' });
    const contact = (JSON.parse(truth[0]!) as { raw: { Id: string } }).raw.Id;
    for (const WhoId of [lead, contact, undefined]) await make('Task', { Subject: 'call', ...(WhoId && { WhoId }) });
    const tasks = readObject('task', [
      'Id',
      "$['Who']['Name']",
      ["$['Who']['Type']", 'kind'],
      ["$['Owner']['Name']", 'owner'],
    ]);
    const rest = await world.read({ object: tasks, ...full, api: 'rest' });
    const bulk = await world.read({ object: tasks, ...full, api: 'bulk' });
    expect(rest.lines.map(({ mappedFields }) => mappedFields.kind).sort()).toEqual(['Contact', 'Lead', null]);
    expect(sorted(bulk.text)).toEqual(sorted(rest.text));
  });

  test('two reads into pipes of their own do not wait for each other, two into one file do', async () => {
    const [one, other] = await Promise.all([world.read({ object, ...full }), world.read({ object, ...full })]);
    expect([one.records, other.records]).toEqual([3000, 3000]);
    const path = join(mkdtempSync(join(tmpdir(), 'amp-bulk-')), 'out.ndjson');
    const target = { kind: 'sink' as const, create: () => createFileSink(path), key: `file:${path}` };
    const both = [world.read({ object, ...full, target }), world.read({ object, ...full, target })];
    const ended = await Promise.allSettled(both);
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(sorted(readFileSync(path, 'utf8'))).toEqual(truth);
  });

  test('BULK-5 a stopped read goes on in the same job at the stored locator', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'amp-bulk-')), 'out.ndjson');
    const target = { kind: 'sink' as const, create: () => createFileSink(path), key: `file:${path}` };
    const undisturbed = join(mkdtempSync(join(tmpdir(), 'amp-bulk-')), 'out.ndjson');
    const big = await startReadWorld({ records: { Contact: 30_500 } });
    await big.read({
      object,
      ...full,
      target: { kind: 'sink', create: () => createFileSink(undisturbed), key: undefined },
    });
    big.requests.length = 0;
    const stop = new AbortController();
    let pages = 0;
    const broken = big.read({
      object,
      ...full,
      target,
      pageRows: 2000,
      signal: stop.signal,
      onProgress: () => ++pages === 2 && stop.abort(new Error('stopped')),
    });
    await expect(broken).rejects.toThrow();
    const before = big.requests.filter((line) => line.includes('/results')).length;
    const summary = await big.read({ object, ...full, target, pageRows: 2000 });
    expect(summary.resumed).toBeDefined();
    expect(summary.records).toBe(30_500);
    expect(big.requests.filter((line) => line.startsWith('POST') && line.includes('/jobs/query')).length).toBe(1);
    expect(
      big.requests
        .filter((line) => line.includes('/results'))
        .slice(before)
        .every((line) => line.includes('locator=')),
    ).toBe(true);
    expect(readFileSync(path, 'utf8') === readFileSync(undisturbed, 'utf8')).toBe(true);
    await big.stop();
  });

  test('large results are asked for several pages at a time, in order, each once', async () => {
    const big = await startReadWorld({ records: { Contact: 52_000 } });
    big.emulator.settings.bulkPageRows = 4000;
    const { text, lines } = await big.read({ object: readObject('contact', ['Id']), ...full });
    expect(lines.length).toBe(52_000);
    const pages = big.requests.filter((line) => line.includes('/results'));
    expect(pages.filter((line) => /\/results[? ]/.test(line)).length).toBe(13);
    expect(big.requests.filter((line) => /resultpages/i.test(line)).length).toBe(3);
    const one = await big.read({ object: readObject('contact', ['Id']), ...full, pageRows: 50_000 });
    expect(text === one.text).toBe(true);
    // Without the list, pages are followed one by one.
    big.emulator.faults.add({ match: { pattern: 'resultpages' }, effect: { kind: 'answer', status: 404 }, count: 0 });
    expect((await big.read({ object: readObject('contact', ['Id']), ...full })).text === text).toBe(true);
    await big.stop();
  });

  test('BULK-12 the header of each page is never data', async () => {
    const big = await startReadWorld({ records: { Contact: 30_500 } });
    const { lines } = await big.read({ object, ...full });
    expect(lines.length).toBe(30_500);
    expect(lines.some(({ raw }) => raw.Id === 'Id')).toBe(false);
    await big.stop();
  });

  test.each(['wrong-count', 'no-count', 'no-locator', 'cut-fin', 'cut-rst', 'login-page'])(
    'BULK-13 %s: the page is fetched again and nothing is lost or doubled',
    async (name) => {
      world.emulator.faults.add({ name, match: { method: 'GET', pattern: '/jobs/query/[^/]+/results' } });
      const { text, records } = await world.read({ object, ...full, api: 'bulk' });
      expect(records).toBe(3000);
      expect(sorted(text)).toEqual(truth);
      expect(pagesRead()).toBeGreaterThanOrEqual(2);
    },
  );

  test.each(['wrong-count', 'no-count', 'no-locator'])('BULK-13 %s for good fails loudly', async (name) => {
    world.emulator.faults.add({ name, count: 0 });
    await expect(world.read({ object, ...full, api: 'bulk' })).rejects.toMatchObject({ code: 'read-page-broken' });
  });

  test('a locator that points back is no endless loop', async () => {
    world.emulator.faults.add({ name: 'repeated-locator', count: 0 });
    await expect(world.read({ object, ...full, api: 'bulk' })).rejects.toMatchObject({
      code: expect.stringMatching(/^read-page-broken$|^read-count-mismatch$|^salesforce-/),
    });
  });

  test('BULK-14 components are selected instead of compounds', async () => {
    const { lines } = await world.read({
      object: readObject('contact', ['MailingAddress']),
      ...full,
      api: 'bulk',
      limit: 5,
    });
    expect(Object.keys(lines[0]!.fields.mailingaddress as object)).toContain('city');
    expect(lines[0]!.raw).not.toHaveProperty('MailingAddress');
    const job = world.state.db
      .prepare('SELECT metadata FROM operations ORDER BY number DESC LIMIT 1')
      .get<{ metadata: string }>()!;
    expect(JSON.parse(job.metadata).soql).toContain('MailingStreet, ');
    expect(JSON.parse(job.metadata).soql).not.toContain('MailingAddress');
  });

  test('a job that expired between two runs is made again', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'amp-bulk-')), 'out.ndjson');
    const target = { kind: 'sink' as const, create: () => createFileSink(path), key: `file:${path}` };
    world.emulator.faults.add({ name: 'stall', count: 0 });
    const stop = new AbortController();
    const broken = world.read({ object, ...full, api: 'bulk', target, signal: stop.signal });
    await expect.poll(() => pagesRead(), { timeout: 10_000 }).toBeGreaterThan(0);
    stop.abort(new Error('stopped'));
    await expect(broken).rejects.toThrow();
    world.emulator.faults.clear();
    world.emulator.faults.add({ name: 'jobs-expire', match: { method: 'GET', pattern: '/jobs/query/' } });
    const { records } = await world.read({ object, ...full, api: 'bulk', target });
    expect(records).toBe(3000);
    expect(sorted(readFileSync(path, 'utf8'))).toEqual(truth);
    expect(jobsMade()).toBe(2);
  });

  test('an output file that is gone, or was cut, is written anew', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'amp-bulk-')), 'out.ndjson');
    const target = { kind: 'sink' as const, create: () => createFileSink(path), key: `file:${path}` };
    for (const harm of [() => rmSync(path), () => truncateSync(path, 10)]) {
      const stop = new AbortController();
      const onProgress = () => stop.abort(new Error('stopped'));
      const options = { object, ...full, api: 'bulk' as const, pageRows: 500, target };
      await expect(world.read({ ...options, signal: stop.signal, onProgress })).rejects.toThrow();
      harm();
      expect((await world.read(options)).records).toBe(3000);
      expect(sorted(readFileSync(path, 'utf8'))).toEqual(truth);
    }
  });

  test('an object that Bulk refuses is read by REST, and says so', async () => {
    world.emulator.faults.add({
      match: { method: 'POST', path: '/jobs/query' },
      effect: {
        kind: 'answer',
        status: 400,
        contentType: 'application/json',
        body: JSON.stringify([{ errorCode: 'INVALIDENTITY', message: 'CaseStatus is not supported by the Bulk API' }]),
      },
    });
    const { api, records } = await world.read({ object, ...full });
    expect([api, records]).toEqual(['rest', 3000]);
    expect(world.notices.at(-1)).toContain('REST');
  });
});
