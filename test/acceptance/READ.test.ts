import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AmpError } from '../../src/errors/amp-error.ts';
import { findOperations } from '../../src/operations/find-operations.ts';
import { createStreamSink } from '../../src/runtime/read/sinks/stream-sink.ts';
import { field, type Line, readObject, startReadWorld, type TestWorld } from '../read/read-world.ts';

const full = { readType: 'backfill', period: { full: true } } as const;
const ids = (lines: readonly Line[]) => lines.map((line) => String(line.raw.Id));
const names = (lines: readonly Line[]) => lines.map((line) => line.raw.LastName);

describe('what is asked for', () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await startReadWorld({ records: { Account: 20, Contact: 60, Case: 5 } });
  });
  afterAll(() => world.stop());
  beforeEach(() => {
    world.requests.length = 0;
    world.emulator.faults.clear();
  });
  const lastQuery = () => world.soql().at(-1)!;
  const selectOf = (soql: string) => /^SELECT (.*?) FROM/.exec(soql)![1]!.split(', ');

  test('READ-1 the query selects Id, the fields, the mapping source and the watermark column once each and nothing else', async () => {
    const object = readObject('account', ['id', 'name', ['Industry', 'sector'], 'Name']);
    const { lines } = await world.read({ object, ...full });
    expect(selectOf(lastQuery())).toEqual(['Id', 'Name', 'Industry', 'SystemModstamp']);
    expect(lines[0]!.fields).toEqual({ id: lines[0]!.raw.Id, name: lines[0]!.raw.Name });
    expect(lines[0]!.mappedFields).toEqual({ sector: lines[0]!.raw.Industry });
  });

  test.each([
    ["O'Brien \\ x", "LastName = 'O\\'Brien \\\\ x'"],
    ["' OR Id != '", "LastName = '\\' OR Id != \\''"],
  ])('READ-6 a filter value cannot change the query: %s', async (value, condition) => {
    const config = { fieldFilters: [{ fieldName: 'lastname', operator: 'eq' as const, value }] };
    const { lines } = await world.read({ object: readObject('contact', ['Id']), config });
    expect(lastQuery()).toContain(`WHERE ${condition} ORDER BY`);
    expect(lines).toEqual([]);
  });

  test('READ-6 a filter name that is no field is refused, whatever it holds', async () => {
    const config = { fieldFilters: [{ fieldName: "Name = 'x' OR Name", operator: 'eq' as const, value: 'y' }] };
    await expect(world.read({ object: readObject('contact', ['Id']), config })).rejects.toMatchObject({
      code: 'read-filter-invalid',
    });
    expect(world.soql()).toEqual([]);
  });

  test('READ-7 booleans and numbers are bare, text is quoted', async () => {
    const config = {
      fieldFilters: [
        { fieldName: 'IsDeleted', operator: 'eq' as const, value: false },
        { fieldName: 'Score__c', operator: 'eq' as const, value: 50 },
        { fieldName: 'Phone', operator: 'eq' as const, value: '50' },
      ],
    };
    await world.read({ object: readObject('contact', ['Id']), config });
    expect(lastQuery()).toContain("WHERE IsDeleted = false AND Score__c = 50 AND Phone = '50' ORDER BY");
  });

  test('READ-8 an unknown operator is refused, never skipped', async () => {
    const config = { fieldFilters: [{ fieldName: 'Name', operator: 'ne' as 'eq', value: 'x' }] };
    await expect(world.read({ object: readObject('contact', ['Id']), config })).rejects.toMatchObject({
      code: 'read-filter-invalid',
      message: expect.stringContaining('"ne"'),
    });
  });

  test('READ-9 thirty days are counted back from the org’s time in UTC; full history has no bound', async () => {
    const object = readObject('contact', ['Id']);
    await world.read({ object, readType: 'backfill', period: { days: 30 } });
    expect(lastQuery()).toContain('WHERE SystemModstamp >= 2026-01-30T10:00:00Z ORDER BY');
    await world.read({ object, ...full });
    expect(lastQuery()).not.toContain('WHERE');
    await world.read({ object, readType: 'backfill', period: { days: 99_999_999_999 } });
    expect(lastQuery()).toContain('WHERE SystemModstamp >= 1970-01-01T00:00:00Z ORDER BY');
    const none = await world.read({ object, readType: 'backfill', period: { days: 0 } });
    expect(none.records).toBe(0);
  });

  test('READ-10 filters of a backfill replace those of the object, and only there', async () => {
    const object = readObject('contact', ['Id'], { backfill: { fullHistory: true } });
    const filter = (value: string) => [{ fieldName: 'LastName', operator: 'eq' as const, value }];
    const config = { fieldFilters: filter('Own'), backfill: { fieldFilters: filter('Back') } };
    await world.read({ object, config, readType: 'backfill' });
    expect(lastQuery()).toContain("WHERE LastName = 'Back' ORDER BY");
    await world.read({ object, config });
    expect(lastQuery()).toContain("WHERE LastName = 'Own' ORDER BY");
    await world.read({ object, config: { ...config, backfill: { fieldFilters: [] } }, readType: 'backfill' });
    expect(lastQuery()).toContain("WHERE LastName = 'Own' ORDER BY");
  });

  test.each(['LAST_N_DAYS:7', 'TODAY', 'THIS_WEEK'])('READ-21 %s passes through unquoted', async (literal) => {
    await world.read({ object: readObject('contact', ['Id']), where: `CreatedDate = ${literal}` });
    expect(lastQuery()).toContain(`WHERE (CreatedDate = ${literal})`);
    const config = { fieldFilters: [{ fieldName: 'CreatedDate', operator: 'eq' as const, value: literal }] };
    await world.read({ object: readObject('contact', ['Id']), config });
    expect(lastQuery()).toContain(`WHERE CreatedDate = ${literal}`);
  });

  test('READ-22 a parent path becomes a dotted name; a null parent gives null', async () => {
    const object = readObject('contact', [
      ["$['owner']['name']", 'owner'],
      ["$['Account']['Name']", 'account'],
    ]);
    const { lines } = await world.read({ object, ...full });
    expect(selectOf(lastQuery())).toEqual(['Id', 'Owner.Name', 'Account.Name', 'SystemModstamp']);
    const withoutAccount = lines.find((line) => line.raw.Account === null)!;
    expect(withoutAccount.mappedFields.account).toBeNull();
    expect(lines.some((line) => typeof line.mappedFields.account === 'string')).toBe(true);
  });

  test('READ-22 a sixth level is refused', async () => {
    const path = "$['Owner']['Manager']['Manager']['Manager']['Manager']['Manager']['Name']";
    await expect(world.read({ object: readObject('contact', [path]) })).rejects.toMatchObject({
      code: 'read-path-too-deep',
    });
  });

  test('READ-22 the parent of a custom lookup ends in __r', async () => {
    const object = readObject('touchpoint__c', [["$['Contact__r']['LastName']", 'contact']]);
    await world.read({ object });
    expect(lastQuery()).toContain('Contact__r.LastName');
  });

  test('READ-23 a component is read by REST and by Bulk', async () => {
    const object = readObject('contact', [
      ["$['MailingAddress']['city']", 'city'],
      ["$['Name']['LastName']", 'last'],
    ]);
    const rest = await world.read({ object, ...full, api: 'rest' });
    const bulk = await world.read({ object, ...full, api: 'bulk' });
    expect(rest.lines[0]!.mappedFields.city).toBe(rest.lines[0]!.raw.MailingCity);
    expect(rest.lines[0]!.mappedFields.last).toBe(rest.lines[0]!.raw.LastName);
    expect(bulk.text.split('\n').sort()).toEqual(rest.text.split('\n').sort());
  });

  test('READ-24 of all fields, the chosen ones are read and nothing else', async () => {
    const object = readObject('account', ['Name'], { optionalFieldsAuto: 'all' });
    const config = { selectedFields: { industry: true, Website: true, phone: true, Fax: false } };
    await world.read({ object, config });
    expect(selectOf(lastQuery())).toEqual(['Id', 'Name', 'Industry', 'Website', 'Phone', 'SystemModstamp']);
  });

  test('READ-31 a null field has its key, READ-32 keys are lower-case and raw is verbatim', async () => {
    const { lines } = await world.read({ object: readObject('contact', ['FirstName', 'Birthdate']), ...full });
    const line = lines.find(({ raw }) => raw.Birthdate === null)!;
    expect(Object.keys(line.fields)).toEqual(['firstname', 'birthdate']);
    expect(line.fields.birthdate).toBeNull();
    expect(Object.keys(line.raw)).toEqual(['attributes', 'Id', 'FirstName', 'Birthdate', 'SystemModstamp']);
    expect(line.raw.attributes).toEqual({
      type: 'Contact',
      url: `/services/data/v66.0/sobjects/Contact/${line.raw.Id}`,
    });
  });

  test('READ-33 our value appears for a mapped one, others pass unchanged', async () => {
    const object = readObject('account', [['Industry', 'sector']]);
    const plain = await world.read({ object, ...full });
    const [first] = plain.lines;
    const provider = String(first!.raw.Industry);
    for (const api of ['rest', 'bulk'] as const) {
      const { lines } = await world.read({
        object,
        ...full,
        api,
        config: { selectedValueMappings: { sector: { ours: provider } } },
      });
      for (const line of lines) {
        expect(line.mappedFields.sector).toBe(line.raw.Industry === provider ? 'ours' : line.raw.Industry);
      }
    }
  });

  test('READ-34 nested targets merge', async () => {
    const object = readObject('contact', [
      ['FirstName', "$['a']['b']"],
      ['LastName', "$['a']['c']"],
    ]);
    const { lines } = await world.read({ object, ...full });
    expect(lines[0]!.mappedFields).toEqual({ a: { b: lines[0]!.raw.FirstName, c: lines[0]!.raw.LastName } });
  });

  test('READ-35 integers beyond 2^53 keep their digits, by REST and by Bulk', async () => {
    for (const api of ['rest', 'bulk'] as const) {
      const { text } = await world.read({ object: readObject('contact', [['Score__c', 'score']]), ...full, api });
      expect(text).toContain('"mappedFields":{"score":9007199254740993}');
      expect(text).toContain('"Score__c":9007199254740993');
    }
  });

  test('READ-37 without SystemModstamp the next best stamp is used, and an override wins', async () => {
    const object = readObject('contact', ['Id']);
    await world.read({ object, period: { fromMs: Date.parse('2026-01-01T00:00:00Z') }, watermark: 'createddate' });
    expect(lastQuery()).toContain('WHERE CreatedDate >= 2026-01-01T00:00:00Z ORDER BY CreatedDate, Id');
    await expect(world.read({ object, watermark: 'LastName' })).rejects.toMatchObject({ code: 'read-field-missing' });
  });

  test('READ-39 a backfill without a period is refused naming both flags', async () => {
    await expect(world.read({ object: readObject('contact', ['Id']), readType: 'backfill' })).rejects.toMatchObject({
      code: 'read-period-missing',
      hint: expect.stringMatching(/--days.*--full/),
    });
  });

  test('READ-40 a field that was deleted in the org is named with its mapping and object', async () => {
    await expect(world.read({ object: readObject('contact', [['Gone__c', 'gone']]) })).rejects.toMatchObject({
      code: 'read-field-missing',
      message: expect.stringMatching(/Contact.*Gone__c.*"gone"/),
    });
  });

  test('a required mapping nobody chose names the flag that chooses it', async () => {
    const chosen = { kind: 'chosen' as const, mapToName: 'note', mapToDisplayName: 'Note' };
    const object = readObject('contact', [], { requiredFields: [chosen], optionalFields: [field('Phone')] });
    await expect(world.read({ object })).rejects.toMatchObject({
      code: 'read-mapping-missing',
      hint: expect.stringContaining('--map note='),
    });
    const { lines } = await world.read({ object, config: { selectedFieldMappings: { note: 'Description' } } });
    expect(lines[0]!.fields).toEqual({});
    expect(lines[0]!.mappedFields.note).toBe(lines[0]!.raw.Description);
  });
});

describe('pages', () => {
  let world: TestWorld;
  const object = readObject('contact', ['Id', 'LastName']);
  beforeAll(async () => {
    world = await startReadWorld({ records: { Account: 5, Contact: 5001 } });
  });
  afterAll(() => world.stop());
  beforeEach(() => {
    world.requests.length = 0;
    world.emulator.faults.clear();
  });

  test('READ-2 three pages are followed with no gap and no duplicate', async () => {
    const { lines } = await world.read({ object, ...full, api: 'rest' });
    expect(new Set(ids(lines)).size).toBe(5001);
    expect(lines.length).toBe(5001);
    expect(world.requests.filter((line) => line.includes('/query/01g')).length).toBe(2);
  });

  test('READ-3 a page that is not the last and names no next one fails the operation', async () => {
    world.emulator.faults.add({
      match: { pattern: '/query/01g' },
      effect: { kind: 'replace', search: '"nextRecordsUrl":', replacement: '"lost":' },
      count: 0,
    });
    await expect(world.read({ object, ...full, api: 'rest' })).rejects.toMatchObject({ code: 'read-page-broken' });
  });

  test('READ-4 an empty page that is not the last goes on', async () => {
    world.emulator.faults.add({ name: 'empty-page', skip: 2 });
    const { lines } = await world.read({ object, ...full, api: 'rest' });
    expect(new Set(ids(lines)).size).toBe(5001);
    expect(lines.length).toBe(5001);
  });

  test('READ-5 after a lost locator reading goes on behind the last delivered row', async () => {
    world.emulator.faults.add({ name: 'locators-expire', skip: 1 });
    const { lines } = await world.read({ object, ...full, api: 'rest' });
    expect(new Set(ids(lines)).size).toBe(5001);
    expect(lines.length).toBe(5001);
    expect(world.soql().at(-1)).toMatch(
      /WHERE \(\(SystemModstamp = \S+ AND Id > '003\w{15}'\) OR SystemModstamp > \S+\) ORDER BY/,
    );
  });

  test('READ-43 rows come in (SystemModstamp, Id) order', async () => {
    const { lines } = await world.read({ object, ...full, api: 'rest' });
    const keys = lines.map(({ raw }) => `${raw.SystemModstamp} ${raw.Id}`);
    expect(keys).toEqual([...keys].sort());
  });

  test('READ-36 rows that were not there when counting may pass the estimate', async () => {
    const growing = await startReadWorld({ records: { Contact: 10 } });
    // The count is answered before the rows are asked for: one more appears in between.
    growing.emulator.faults.add({
      match: { pattern: 'COUNT' },
      effect: { kind: 'replace', search: '"totalSize":10', replacement: '"totalSize":3' },
    });
    const seen: { records: number; estimate: number | undefined }[] = [];
    const { records } = await growing.read({ object, ...full, onProgress: (progress) => seen.push(progress) });
    expect(records).toBe(10);
    expect(seen.at(-1)).toEqual({ records: 10, estimate: 3 });
    await growing.stop();
  });
});

test('READ-24 all fields are more than two hundred rows', async () => {
  const world = await startReadWorld({ records: { Contact: 450 } });
  const { lines, records } = await world.read({
    object: readObject('contact', []),
    ...full,
    config: { selectedFieldsAuto: 'all' },
  });
  expect(records).toBe(450);
  expect(Object.keys(lines[0]!.fields).length).toBeGreaterThan(40);
  expect(world.soql().at(-1)).not.toContain('FIELDS(');
  await world.stop();
});

test('READ-25 a select list beyond the longest URL succeeds by another route', async () => {
  const world = await startReadWorld({ records: { Contact: 30 } });
  for (let i = 0; i < 400; i++) {
    world.org.schema.createField('Contact', {
      name: `A_Field_With_A_Rather_Long_Name_${i}__c`,
      type: 'string',
      length: 20,
    });
  }
  const { lines } = await world.read({
    object: readObject('contact', []),
    ...full,
    config: { selectedFieldsAuto: 'all' },
    api: 'rest',
  });
  expect(lines.length).toBe(30);
  expect(Object.keys(lines[0]!.fields).length).toBeGreaterThan(440);
  expect(world.requests.some((line) => line.includes('/composite'))).toBe(true);
  await world.stop();
});

describe('what is new', () => {
  const object = readObject('contact', ['LastName']);
  const scheduled = { object, readType: 'scheduled' } as const;

  test('a reader that has seen enough (| head) is no failure to look into', async () => {
    const world = await startReadWorld({ records: { Contact: 50 } });
    const gone = new AmpError({ code: 'output-closed', message: 'The reader of stdout has gone.' });
    const sink = createStreamSink(() => Promise.reject(gone));
    const target = { kind: 'sink' as const, create: () => sink, key: undefined };
    await expect(world.read({ object: readObject('contact', ['Id']), target })).rejects.toBe(gone);
    const { operations } = findOperations(world.state.db, { limit: 1 });
    expect(operations).toMatchObject([{ status: 'success', result: 'Stopped: stdout was closed.' }]);
    await world.stop();
  });

  test('READ-11 rows changed while a backfill ran come with the first scheduled read', async () => {
    const world = await startReadWorld({ records: { Contact: 50 } });
    const changed: string[] = [];
    const sink = {
      holdsPages: false,
      open: async () => {},
      write: async () => {
        // Somebody works in the org while the backfill is under way.
        if (changed.length > 0) return;
        world.org.clock.advance(5000);
        changed.push(create(world, 'During'));
      },
      rollback: async () => {},
      flush: async () => {},
      endStep: () => ({ offset: 0, messages: [] }),
      commit: () => {},
      close: async () => {},
    };
    await world.read({ object, ...full, target: { kind: 'sink', create: () => sink, key: undefined } });
    world.org.clock.advance(60_000);
    const { lines } = await world.read(scheduled);
    expect(ids(lines)).toEqual(changed);
    await world.stop();
  });

  test('READ-12 rows with one stamp across the watermark each come once while unchanged', async () => {
    const world = await startReadWorld();
    await world.read(scheduled);
    const first = create(world, 'One');
    expect(names((await world.read(scheduled)).lines)).toEqual(['One']);
    // The org's clock stands still: the next two have the stamp of the first.
    create(world, 'Two');
    create(world, 'Three');
    expect(names((await world.read(scheduled)).lines)).toEqual(['Two', 'Three']);
    expect((await world.read(scheduled)).lines).toEqual([]);
    world.org.clock.advance(1000);
    update(world, first, 'One again');
    expect(names((await world.read(scheduled)).lines)).toEqual(['One again']);
    await world.stop();
  });

  test.each([120_000, -120_000])('READ-13 a local clock %d ms off misses nothing', async (offsetMs) => {
    const clock = { now: () => Date.parse('2026-03-01T10:00:00Z') + offsetMs, sleep: async () => {} };
    const world = await startReadWorld({ clock });
    await world.read(scheduled);
    for (let i = 0; i < 5; i++) {
      create(world, `Row ${i}`);
      world.org.clock.advance(30_000);
      expect(names((await world.read(scheduled)).lines)).toEqual([`Row ${i}`]);
    }
    await world.stop();
  });

  test('READ-14 a row that appears after its stamp has passed is delivered', async () => {
    const world = await startReadWorld();
    await world.read(scheduled);
    const held = world.emulator.world.held.begin([
      { change: 'create', object: 'Contact', values: { LastName: 'Late' } },
    ]);
    world.org.clock.advance(20 * 60_000);
    create(world, 'In time');
    expect(names((await world.read(scheduled)).lines)).toEqual(['In time']);
    world.emulator.world.held.commit(held.id);
    expect(names((await world.read(scheduled)).lines)).toEqual(['Late']);
    world.org.clock.advance(20 * 60_000);
    expect((await world.read(scheduled)).lines).toEqual([]);
    await world.stop();
  });

  test('READ-15 nothing new: no line, and the operation says so', async () => {
    const world = await startReadWorld({ records: { Contact: 3 } });
    await world.read({ object, ...full });
    world.org.clock.advance(3_600_000);
    const { operationId, records, lines } = await world.read(scheduled);
    expect([records, lines]).toEqual([0, []]);
    const row = world.state.db.prepare('SELECT status, result FROM operations WHERE id = ?').get(operationId);
    expect(row).toMatchObject({ status: 'success', result: expect.stringContaining('Nothing new') });
    await world.stop();
  });

  test('READ-16 a row whose stamp moved without a selected field changing is delivered', async () => {
    const world = await startReadWorld();
    const id = create(world, 'Same');
    await world.read({ object, ...full });
    world.org.clock.advance(20 * 60_000);
    commit(world, (transaction) => transaction.update('Contact', id, { Title: 'New title' }));
    expect(names((await world.read(scheduled)).lines)).toEqual(['Same']);
    await world.stop();
  });

  test('READ-17 a trigger read reads everything, or what is later than since, and leaves the watermark', async () => {
    const world = await startReadWorld({ records: { Contact: 10 } });
    await world.read({ object, ...full });
    const before = world.state.db.prepare('SELECT * FROM watermarks').all();
    world.org.clock.advance(60_000);
    create(world, 'Later');
    expect((await world.read({ object })).records).toBe(11);
    const since = await world.read({ object, period: { fromMs: Date.parse('2026-03-01T10:00:30Z') } });
    expect(names(since.lines)).toEqual(['Later']);
    expect(world.state.db.prepare('SELECT * FROM watermarks').all()).toEqual(before);
    expect(names((await world.read(scheduled)).lines)).toEqual(['Later']);
    await world.stop();
  });

  test('READ-30 deleted rows come as tombstones, undeleted ones as rows again', async () => {
    const world = await startReadWorld();
    const id = create(world, 'Comes and goes');
    await world.read({ object, ...full });
    world.org.clock.advance(1000);
    commit(world, (transaction) => transaction.delete('Contact', id));
    expect((await world.read({ ...scheduled, tombstones: false })).lines).toEqual([]);
    const gone = await world.read(scheduled);
    expect(gone.lines).toMatchObject([
      { id, deleted: true, fields: { id }, mappedFields: {}, raw: { Id: id, IsDeleted: true } },
    ]);
    expect((await world.read(scheduled)).lines).toEqual([]);
    world.org.clock.advance(1000);
    commit(world, (transaction) => transaction.undelete('Contact', id));
    const back = await world.read(scheduled);
    expect(names(back.lines)).toEqual(['Comes and goes']);
    expect(back.lines[0]).not.toHaveProperty('deleted');
    await world.stop();
  });

  test('READ-30 rows deleted for good come as tombstones too, once, from the bin or not', async () => {
    const world = await startReadWorld();
    const [purged, emptied] = [create(world, 'Gone at once'), create(world, 'Gone from the bin')];
    await world.read({ object, ...full });
    world.org.clock.advance(60_000);
    commit(world, (transaction) => transaction.hardDelete('Contact', purged));
    commit(world, (transaction) => transaction.delete('Contact', emptied));
    const gone = await world.read(scheduled);
    expect(gone.lines).toMatchObject([
      { id: emptied, deleted: true, raw: { Id: emptied, IsDeleted: true } },
      {
        id: purged,
        deleted: true,
        fields: { id: purged },
        raw: { id: purged, deletedDate: expect.stringContaining('T') },
      },
    ]);
    // Told while it was in the bin; that it is gone from there is no news.
    commit(world, (transaction) => transaction.hardDelete('Contact', emptied));
    world.org.clock.advance(60_000);
    expect((await world.read(scheduled)).lines).toEqual([]);
    const never = create(world, 'Came and went between two reads');
    commit(world, (transaction) => transaction.hardDelete('Contact', never));
    expect((await world.read({ ...scheduled, tombstones: false })).lines).toEqual([]);
    expect((await world.read(scheduled)).lines).toMatchObject([{ id: never, deleted: true }]);
    await world.stop();
  });

  test('READ-30 a read that was away for a month says from when on it knows what was deleted for good', async () => {
    const world = await startReadWorld();
    await world.read({ object, ...full });
    const monthMs = 30 * 86_400_000;
    world.state.db.prepare('UPDATE watermarks SET stamp_ms = stamp_ms - ?').run(monthMs);
    await world.read(scheduled);
    const lines = world.state.db.prepare('SELECT * FROM log_lines').all();
    expect(JSON.stringify(lines)).toContain('does not remember what was deleted for good before');
    await world.stop();
  });

  test('an incremental read of many rows goes by Bulk and gives each version once', async () => {
    const world = await startReadWorld();
    await world.read(scheduled);
    commit(world, (transaction) => {
      for (let i = 0; i < 2500; i++) transaction.insert('Contact', { LastName: `Bulk ${i}` });
      return { success: true };
    });
    const first = await world.read(scheduled);
    expect([first.api, first.records]).toEqual(['bulk', 2500]);
    create(world, 'One more');
    expect(names((await world.read(scheduled)).lines)).toEqual(['One more']);
    await world.stop();
  });
});

type Work = Parameters<TestWorld['org']['commit']>[1];

function commit(world: TestWorld, work: (transaction: Parameters<Work>[0]) => { success: boolean }): { id?: string } {
  const result = world.org.commit({ userId: world.org.adminUserId, changeOrigin: '' }, work);
  expect(result.success).toBe(true);
  return result as { id?: string };
}

function create(world: TestWorld, LastName: string): string {
  return commit(world, (transaction) => transaction.insert('Contact', { LastName })).id!;
}

function update(world: TestWorld, id: string, LastName: string): void {
  commit(world, (transaction) => transaction.update('Contact', id, { LastName }));
}
