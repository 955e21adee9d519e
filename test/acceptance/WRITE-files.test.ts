import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/mapping/json.ts';
import { type FileRow, readFileRows } from '../../src/runtime/write/files/read-file-rows.ts';
import { type FileWrite, writeFile } from '../../src/runtime/write/files/write-file.ts';
import type { RowOutcome } from '../../src/runtime/write/write-outcome.ts';
import { sourceOf, startWriteWorld, type WriteSetting, type WriteTestWorld } from '../write/write-world.ts';

let world: WriteTestWorld;
beforeEach(async () => {
  world = await startWriteWorld();
});
afterEach(() => world.stop());

const accounts: WriteSetting = { objectName: 'Account' };

async function write(
  records: Iterable<JsonObject>,
  more: Partial<FileWrite> & { setting?: WriteSetting; signal?: AbortSignal } = {},
) {
  const { setting = accounts, signal, ...file } = more;
  const outcomes = new Map<number, RowOutcome>();
  async function* rows(): AsyncGenerator<FileRow> {
    let index = 0;
    for (const record of records) yield { index: index++, record };
  }
  const answer = await writeFile(
    { ...world.sync, ...(signal ? { signal } : {}) },
    { source: sourceOf(setting), org: world.record, startedBy: 'test' },
    {
      type: 'create',
      externalIdField: undefined,
      headers: {},
      rows: rows(),
      fromText: false,
      onResult: ({ index }, outcome) => {
        expect(outcomes.has(index)).toBe(false);
        outcomes.set(index, outcome);
      },
      onProgress: () => {},
      ...file,
    },
  );
  return { answer, outcomes, statuses: [...Array(outcomes.size).keys()].map((index) => outcomes.get(index)?.status) };
}

/** `count` records; every tenth lacks its name. */
function* people(count: number): Generator<JsonObject> {
  for (let at = 0; at < count; at++)
    yield { ...(at % 10 === 3 ? {} : { Name: `Number ${at}` }), ERP_Id__c: `E${at}`, Description: `a "b",\n${at}` };
}

describe('files', () => {
  test('WRITE-25 more than 2,000 records go by Bulk, with the failure of each record that has one', async () => {
    const { answer, outcomes } = await write(people(2_500));
    expect(answer).toMatchObject({ successCount: 2_250, failureCount: 250, unknownCount: 0, success: false });
    expect(answer.jobs).toHaveLength(1);
    expect(world.calls().filter((call) => call.includes('composite'))).toEqual([]);
    expect(outcomes.get(13)).toMatchObject({
      status: 'failure',
      error: { providerCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] },
    });
    // Results come in another order than the rows went: each is matched by what it holds.
    for (const at of [0, 999, 2_499]) {
      const outcome = outcomes.get(at) as { recordId: string };
      const { ERP_Id__c, Description } = world.stored('Account', outcome.recordId, ['ERP_Id__c', 'Description']);
      expect({ ERP_Id__c, Description }).toEqual({ ERP_Id__c: `E${at}`, Description: `a "b",\n${at}` });
    }
    expect(world.operation(answer.operationId)).toMatchObject({
      status: 'failure',
      result: 'Batch write completed (2250 succeeded, 250 failed)',
      metadata: { jobs: answer.jobs },
    });
  });

  test('2,000 records are ten collections, and a bad one spoils no other', async () => {
    const { answer, statuses } = await write(people(2_000));
    expect(answer).toMatchObject({ successCount: 1_800, failureCount: 200, jobs: [] });
    expect(world.calls()).toEqual(Array(10).fill('POST composite/sobjects'));
    expect(statuses.slice(0, 5)).toEqual(['success', 'success', 'success', 'failure', 'success']);
  });

  test('null and empty text clear a field, what is absent stays, and the text #N/A survives', async () => {
    const ids = world.plantAll(
      'Account',
      Array.from({ length: 2_101 }, (_, at) => ({ Name: `A${at}`, Description: 'old', Site: 'old' })),
    );
    const records = ids.map(
      (id, at): JsonObject => ({
        id,
        Description: [null, '', '#N/A', 'new'][at % 4]!,
        ...(at % 4 === 3 ? { Site: null } : {}),
      }),
    );
    const { answer } = await write(records, { type: 'update' });
    expect(answer).toMatchObject({ success: true, successCount: 2_101 });
    const stored = ids.slice(0, 4).map((id) => world.stored('Account', id, ['Description', 'Site']));
    expect(stored.map(({ Description }) => Description)).toEqual([null, null, '#N/A', 'new']);
    expect(stored.map(({ Site }) => Site)).toEqual(['old', 'old', 'old', null]);
  });

  test('an upsert file twice makes each record once', async () => {
    const records = () => [...people(2_400)].map((record) => ({ ...record, Name: 'N' }));
    const first = await write(records(), { type: 'upsert', externalIdField: 'ERP_Id__c' });
    const second = await write(records(), { type: 'upsert', externalIdField: 'ERP_Id__c' });
    expect(first.outcomes.get(5)).toMatchObject({ status: 'success', created: true });
    expect(second.outcomes.get(5)).toMatchObject({ status: 'success', created: false });
    expect(world.org.count('Account')).toBe(2_400);
  });

  test('guards that need a look are decided for each record, whatever the number', async () => {
    const setting: WriteSetting = {
      ...accounts,
      writeConfig: { selectedFieldSettings: { Description: { writeOnUpdate: 'never' } } },
    };
    world.plant('Account', { Name: 'Old', ERP_Id__c: 'E0', Description: 'human' });
    const records = [...people(2_300)].map((record) => ({ ...record, Name: 'N' }));
    const { answer, outcomes } = await write(records, { setting, type: 'upsert' });
    expect(answer).toMatchObject({ success: true, jobs: [] });
    const [old, made] = [0, 1].map((at) => (outcomes.get(at) as { recordId: string }).recordId);
    expect(world.stored('Account', old!, ['Description']).Description).toBe('human');
    expect(world.stored('Account', made!, ['Description']).Description).toBe('a "b",\n1');
  });

  test('rows that the org turned away for a lock are tried again, alone', async () => {
    world.emulator.faults.add({
      name: 'row-locked',
      count: 1,
      match: { path: 'jobs/ingest', method: 'PATCH' },
    } as never);
    const { answer } = await write([...people(2_100)].map((record) => ({ ...record, Name: 'N' })));
    expect(answer).toMatchObject({ success: true, successCount: 2_100 });
    expect(world.org.count('Account')).toBe(2_100);
  });

  test('an upload whose answer is lost costs a job and no record', async () => {
    world.emulator.faults.add({
      name: 'lost-answer',
      count: 1,
      match: { method: 'PUT', path: 'jobs/ingest' },
    } as never);
    const { answer } = await write([...people(2_100)].map((record) => ({ ...record, Name: 'N' })));
    expect(answer).toMatchObject({ success: true, successCount: 2_100 });
    expect(answer.jobs).toHaveLength(2);
    expect(world.org.count('Account')).toBe(2_100);
  });

  test('a start whose answer is lost is not a second start', async () => {
    world.emulator.faults.add({
      name: 'lost-answer',
      count: 1,
      match: { method: 'PATCH', path: 'jobs/ingest' },
    } as never);
    const { answer } = await write([...people(2_100)].map((record) => ({ ...record, Name: 'N' })));
    expect(answer).toMatchObject({ success: true, successCount: 2_100 });
    expect(world.org.count('Account')).toBe(2_100);
  });

  test('results that end early are asked for again', async () => {
    const cut = { kind: 'cut', at: 5_000, by: 'fin' };
    world.emulator.faults.add({ effect: cut, count: 1, match: { path: 'successfulResults' } } as never);
    const { answer } = await write(people(2_100));
    expect(answer).toMatchObject({ successCount: 1_890, failureCount: 210, unknownCount: 0 });
  });

  const named = () => [...people(2_100)].map((record) => ({ ...record, Name: 'N' }));
  const silent = (count: number, name = 'daily-limit') =>
    world.emulator.faults.add({ name, count, match: { method: 'GET', path: 'jobs/ingest' } } as never);

  test('a job is waited for also while the org takes no calls', async () => {
    silent(40);
    const { answer } = await write(named());
    expect(answer).toMatchObject({ success: true, successCount: 2_100, unknownCount: 0 });
  });

  test('a job nobody can ask about any more leaves its records unknown, and says so', async () => {
    silent(0);
    const outcomes: RowOutcome[] = [];
    const work = write(named(), { onResult: (_, outcome) => void outcomes.push(outcome) });
    await expect(work).rejects.toMatchObject({
      code: 'salesforce-rate-limited',
      message: expect.stringContaining('0 written, 0 failed, 2100 unknown'),
    });
    expect(outcomes.filter(({ status }) => status === 'unknown')).toHaveLength(2_100);
    const operation = world.newestOperation();
    expect(operation).toMatchObject({ status: 'unknown', result: expect.stringContaining('2100 unknown') });
    // The job was not waited for, and has done its work.
    expect(world.org.count('Account')).toBe(2_100);
  });

  test('records of which the org says nothing are unknown, never a success', async () => {
    // Rows over the daily allocation are in none of the results.
    world.emulator.settings.dailyBulkRows = 2_050;
    const { answer, statuses } = await write([...people(2_100)].map((record) => ({ ...record, Name: 'N' })));
    expect(answer).toMatchObject({ successCount: 2_050, failureCount: 0, unknownCount: 50 });
    expect(statuses.filter((status) => status === 'unknown')).toHaveLength(50);
    expect(world.operation(answer.operationId).status).toBe('unknown');
  });

  test('stopped while a job runs, the job is stopped, and what it did is told', async () => {
    const stop = new AbortController();
    const { sleep } = world.sync.clock;
    world.sync.clock.sleep = async (ms: number) => {
      if (world.requests.some((line) => line.startsWith('PATCH'))) stop.abort();
      await sleep(ms);
      stop.signal.throwIfAborted();
    };
    const known: RowOutcome[] = [];
    const records = [...people(30_000)].map((record) => ({ ...record, Name: 'N' }));
    const onResult = (_: FileRow, outcome: RowOutcome) => void known.push(outcome);
    const work = write(records, { signal: stop.signal, onResult });
    const answer = await work.then(
      ({ answer }) => answer,
      () => undefined,
    );
    const stored = world.org.count('Account');
    expect(known).toHaveLength(30_000);
    expect(known.filter(({ status }) => status === 'success')).toHaveLength(stored);
    expect(stored).toBeLessThan(30_000);
    expect(answer?.success).toBe(false);
  });

  test('an object that Bulk does not take goes by collections', async () => {
    const body = '[{"errorCode":"INVALIDENTITY","message":"Entity is not supported by the Bulk API."}]';
    const effect = { kind: 'answer', status: 400, body, contentType: 'application/json;charset=UTF-8' };
    world.emulator.faults.add({ effect, count: 1, match: { method: 'POST', path: 'jobs/ingest' } } as never);
    const { answer } = await write([...people(2_100)].map((record) => ({ ...record, Name: 'N' })));
    expect(answer).toMatchObject({ success: true, successCount: 2_100, jobs: [] });
    expect(answer.warnings).toEqual(['Bulk does not take Account: its records go by collections.']);
  });

  test('a job that fails as a whole fails its records with the words of the org', async () => {
    const { answer, outcomes } = await write(
      [...people(2_100)].map((record) => ({ ...record, Name: 'N', Shoe__c: 1 })),
    );
    expect(answer).toMatchObject({ successCount: 0, failureCount: 2_100, unknownCount: 0 });
    expect(outcomes.get(0)).toMatchObject({
      error: {
        code: 'salesforce-field-unknown',
        providerCode: 'InvalidBatch',
        fields: ['Shoe__c'],
        message: expect.stringContaining('Field name not found : Shoe__c'),
      },
    });
  });

  const failing = (name: string, message?: string) =>
    world.emulator.faults.add({
      ...(message === undefined ? { name } : { effect: { kind: 'fail-jobs', message } }),
      count: 1,
      match: { method: 'PATCH', path: 'jobs/ingest' },
    } as never);

  test.each([
    ['ExceededQuota : ApiBatchItems Limit exceeded.', 'salesforce-rate-limited', 'later', 'amp org limits'],
    ['FeatureNotEnabled : Bulk is off for this org', 'salesforce-api-disabled', 'never', 'API Enabled'],
    ['ClientInputError : LineEnding is invalid on user data', 'salesforce-request-invalid', 'never', '--debug'],
    ['InvalidBatch : the header is longer than it may be', 'write-job-failed', 'never', 'message of the org'],
  ])('a job that ended with %s tells that reason and its remedy', async (reason, code, again, remedy) => {
    failing('', reason);
    const { answer, outcomes } = await write([...people(2_100)].map((record) => ({ ...record, Name: 'N' })));
    expect(answer).toMatchObject({ successCount: 0, failureCount: 2_100 });
    expect(outcomes.get(2_099)).toMatchObject({
      again,
      error: { code, providerCode: reason.split(' ')[0], message: expect.stringContaining(reason) },
    });
    const failure = world.operation(answer.operationId).error;
    expect(failure).toMatchObject({ code: 'write-failed', remedy: expect.stringContaining(remedy) });
    expect(failure?.causes).toEqual([expect.stringContaining(reason)]);
  });

  test('a job that ended for too many locks left its records untouched: they go by collections', async () => {
    failing('jobs-too-many-locks');
    const { answer } = await write([...people(2_100)].map((record) => ({ ...record, Name: 'N' })));
    expect(answer).toMatchObject({ success: true, successCount: 2_100 });
    expect(world.org.count('Account')).toBe(2_100);
  });

  test('a job that failed without a word says where to look', async () => {
    failing('jobs-fail');
    const { outcomes } = await write([...people(2_100)].map((record) => ({ ...record, Name: 'N' })));
    expect(outcomes.get(0)).toMatchObject({
      error: { code: 'write-job-failed', message: expect.stringContaining('the org gave no reason') },
    });
  });

  test('records without an id or with nothing to write fail alone', async () => {
    const id = world.plant('Account', { Name: 'A' });
    const { answer, outcomes } = await write([{ id, Name: 'B' }, { Name: 'C' }, { id }], { type: 'update' });
    expect(answer).toMatchObject({ successCount: 1, failureCount: 2 });
    expect([1, 2].map((at) => (outcomes.get(at) as { error: { code: string } }).error.code)).toEqual([
      'write-id-missing',
      'write-nothing-left',
    ]);
  });
});

describe('reading files', () => {
  const read = async (text: string, format: 'ndjson' | 'csv', size = 7) => {
    const bytes = Buffer.from(text);
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const rows: FileRow[] = [];
    for await (const row of readFileRows(chunks(), format)) rows.push(row);
    return rows.map(({ record, unreadable }) => unreadable ?? { ...record });
  };

  test('NDJSON: a record a line, or a failed record with its errors', async () => {
    expect(
      await read(
        '{"a":"x\\u2028y"}\r\n\n{"record":{"b":1},"status":"unknown","errors":[]}\n[1]\n{"c"\n{"record":"mine","d":2}',
        'ndjson',
      ),
    ).toEqual([
      { a: 'x\u2028y' },
      { b: 1 },
      'The line is not a JSON object.',
      expect.stringContaining('The line is not JSON: it breaks at column '),
      { record: 'mine', d: 2 },
    ]);
  });

  test('CSV: quotes, line ends, absent and cleared values, a byte order mark', async () => {
    const text = '\ufeffName, Site ,Description\r\n"a ""b"",\nc",,#N/A\r\n\r\nü,s\r\nx,y,z,too many\r\n';
    expect(await read(text, 'csv', 3)).toEqual([
      { Name: 'a "b",\nc', Description: null },
      { Name: 'ü', Site: 's' },
      'The row has more values than the header has names.',
    ]);
    await expect(read('a,a\n1,2\n', 'csv')).rejects.toMatchObject({ code: 'write-file-invalid' });
    await expect(read('a\n"never ends', 'csv')).rejects.toMatchObject({ code: 'write-file-invalid' });
  });

  test('CSV texts are read by the type of their field', async () => {
    const { answer, outcomes } = await write([{ Name: '007', AnnualRevenue: '1200', NumberOfEmployees: '7' }], {
      fromText: true,
    });
    expect(answer.success).toBe(true);
    const { recordId } = outcomes.get(0) as { recordId: string };
    expect(world.stored('Account', recordId, ['Name', 'AnnualRevenue', 'NumberOfEmployees'])).toMatchObject({
      Name: '007',
      AnnualRevenue: 1200,
      NumberOfEmployees: 7,
    });
  });
});
