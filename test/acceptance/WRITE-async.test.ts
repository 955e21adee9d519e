import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startQueueWorld } from '../write/queue-world.ts';

let queue: Awaited<ReturnType<typeof startQueueWorld>>;
beforeEach(async () => {
  queue = await startQueueWorld();
});
afterEach(() => queue.stop());

type Fault = Parameters<typeof queue.emulator.faults.add>[0];
const fault = (fault: object) => queue.emulator.faults.add(fault as Fault);

describe('asynchronous writes', () => {
  test('WRITE-11 an operation id at once; the operation goes from in_progress to success', async () => {
    const { operationId, deadline } = await queue.enqueue({ type: 'create', record: { Name: 'Acme' } });
    expect(queue.operation(operationId)).toMatchObject({
      status: 'in_progress',
      actionType: 'write',
      object: 'Account',
    });
    expect(deadline).toBe('2026-03-01T11:00:00.000Z');
    expect(queue.writes()).toEqual([]);
    await queue.run([operationId]);
    expect(queue.operation(operationId)).toMatchObject({ status: 'success', counts: { records: 1 } });
    expect(await queue.rows('Account', 'Name')).toEqual([{ Name: 'Acme' }]);
  });

  test('WRITE-11 also when the org does not answer: what is wrong with the request is then told by the operation', async () => {
    fault({ name: 'daily-limit', count: 8 });
    const began = performance.now();
    const good = await queue.enqueue({ type: 'create', record: { Name: 'Acme' } }, { objectName: 'account' });
    const bad = await queue.enqueue({ type: 'update', record: { id: 'not-an-id', Name: 'x' } });
    expect(performance.now() - began).toBeLessThan(5_000);
    await queue.run([good.operationId, bad.operationId]);
    expect(queue.operation(good.operationId)).toMatchObject({ status: 'success', object: 'Account' });
    expect(queue.operation(bad.operationId)).toMatchObject({
      status: 'failure',
      error: { code: 'write-id-malformed' },
    });
  });

  test('WRITE-12 OPS-15 a limit, then success: growing delays, and the attempts on the operation', async () => {
    const { operationId } = await queue.enqueue({ type: 'create', record: { Name: 'Acme' } });
    fault({ name: 'daily-limit', count: 3 });
    const seen: Record<string, unknown>[] = [];
    await queue.run([operationId], {
      onStep: (id) => seen.push(queue.operation(id).metadata.retry as Record<string, unknown>),
    });
    expect(queue.operation(operationId)).toMatchObject({ status: 'success', metadata: { retry: { attempts: 4 } } });
    const at = (name: string) => seen.slice(0, 3).map((retry) => Date.parse(String(retry[name])));
    const pauses = at('nextAttempt').map((next, index) => next - at('lastAttempt')[index]!);
    expect(pauses[0]).toBeGreaterThanOrEqual(15_000);
    expect(pauses[1]).toBeGreaterThan(pauses[0]!);
    expect(pauses[2]).toBeGreaterThan(pauses[1]!);
    expect(seen.slice(0, 3).map(({ attempts }) => attempts)).toEqual([1, 2, 3]);
    expect(queue.lines(operationId).filter((line) => line.startsWith('Attempt'))).toHaveLength(3);
  });

  test('WRITE-12 OPS-15 a limit met before the schema is known counts too, and its pauses grow', async () => {
    // One when it is accepted, three attempts.
    fault({ name: 'daily-limit', count: 4 });
    const { operationId } = await queue.enqueue({ type: 'create', record: { Name: 'Acme' } });
    const seen: { attempts: number; pauseMs: number }[] = [];
    await queue.run([operationId], {
      onStep: (id) => {
        const { attempts, lastAttempt, nextAttempt } = queue.operation(id).metadata.retry as Record<string, string>;
        seen.push({ attempts: Number(attempts), pauseMs: Date.parse(nextAttempt!) - Date.parse(lastAttempt!) });
      },
    });
    expect(queue.operation(operationId)).toMatchObject({ status: 'success', metadata: { retry: { attempts: 4 } } });
    expect(seen.slice(0, 3).map(({ attempts }) => attempts)).toEqual([1, 2, 3]);
    expect(seen[2]!.pauseMs).toBeGreaterThan(seen[0]!.pauseMs);
  });

  test.each([
    [undefined, 1],
    [{ deadlineHours: 48 }, 48],
  ])('WRITE-13 an endless limit ends at the deadline: %j is %d hours', async (retryPolicy, hours) => {
    const { operationId } = await queue.enqueue({
      type: 'create',
      record: { Name: 'Acme' },
      ...(retryPolicy ? { retryPolicy } : {}),
    });
    fault({ name: 'too-many-requests', count: 100_000, match: { method: 'POST' } });
    await queue.run([operationId], { pollMs: 3_600_000 });
    const operation = queue.operation(operationId);
    expect(operation).toMatchObject({ status: 'failure', error: { code: 'write-deadline-passed' } });
    expect(operation.result).toContain(`Given up after ${hours} hour`);
    const { deadline, lastAttempt } = operation.metadata.retry as Record<string, string>;
    expect(Date.parse(deadline!) - Date.parse(operation.createTime)).toBe(hours * 3_600_000);
    expect(Date.parse(lastAttempt!)).toBeLessThan(Date.parse(deadline!));
    expect(Date.parse(operation.endTime!)).toBeGreaterThanOrEqual(Date.parse(deadline!));
    expect(queue.notifications()[0].data).toMatchObject({ success: false, errors: [{ index: 0 }] });
  });

  test.each([0, 49, 1.5])('WRITE-13 a deadline of %d hours is refused', async (deadlineHours) => {
    const request = { type: 'create', record: { Name: 'Acme' }, retryPolicy: { deadlineHours } };
    await expect(async () => queue.enqueue(request)).rejects.toMatchObject({ code: 'write-request-invalid' });
  });

  test('WRITE-14 a fatal error is not retried: a failed operation and a log with the cause', async () => {
    const { operationId } = await queue.enqueue({ type: 'create', record: { Phone: '1' } });
    await queue.run([operationId]);
    const operation = queue.operation(operationId);
    expect(operation).toMatchObject({
      status: 'failure',
      error: { code: 'salesforce-required-field-missing', providerCode: 'REQUIRED_FIELD_MISSING', retryable: false },
      metadata: { retry: { attempts: 1 } },
    });
    expect(queue.lines(operationId).at(-1)).toContain('Required fields are missing: [Name]');
    expect(queue.writes()).toHaveLength(1);
  });

  test('WRITE-14 a sign-in that is over is not retried either', async () => {
    const { operationId } = await queue.enqueue({ type: 'update', record: { id: '001000000000001AAA', Name: 'x' } });
    fault({ name: 'session-expired', count: 1_000 });
    await queue.run([operationId]);
    expect(queue.operation(operationId)).toMatchObject({ status: 'failure', error: { subsystem: 'auth' } });
  });

  test('WRITE-32 partial success in the background: the notification has both lists', async () => {
    const { operationId } = await queue.enqueue({
      type: 'create',
      batch: [{ record: { Name: 'Good' } }, { record: { Phone: '1' } }],
      batchPolicy: { allOrNone: false },
    });
    await queue.run([operationId]);
    const [{ notificationType, data }] = queue.notifications();
    expect(notificationType).toBe('write.async.done');
    expect(data).toMatchObject({
      installationId: 'ins_1',
      groupRef: 'acme',
      objectName: 'Account',
      success: false,
      successfulRecordIds: [expect.stringMatching(/^001/)],
      errors: [{ index: 1, message: 'Required fields are missing: [Name]', code: 'REQUIRED_FIELD_MISSING' }],
    });
    expect(queue.operation(operationId)).toMatchObject({
      status: 'failure',
      result: 'Batch write completed (1 succeeded, 1 failed)',
    });
  });

  test('only the records that were turned away are sent again', async () => {
    const { operationId } = await queue.enqueue({
      type: 'create',
      batch: [{ record: { Name: 'A' } }, { record: { Name: 'B' } }, { record: { Phone: '1' } }],
      batchPolicy: { allOrNone: false },
    });
    fault({ name: 'row-locked', count: 1 });
    await queue.run([operationId]);
    expect((await queue.rows('Account', 'Name')).map(({ Name }) => Name)).toEqual(['A', 'B']);
    expect(queue.operation(operationId).metadata.retry).toMatchObject({ attempts: 2 });
  });

  test('writes of one record keep their order, whatever the first one meets', async () => {
    const made = await queue.enqueue({ type: 'create', record: { Name: 'Start' } });
    await queue.run([made.operationId]);
    const [{ Id: id }] = (await queue.rows('Account', 'Id')) as [{ Id: string }];
    const first = await queue.enqueue({ type: 'update', record: { id, Name: 'First' } });
    const second = await queue.enqueue({ type: 'update', record: { id, Name: 'Second' } });
    fault({ name: 'row-locked', count: 2 });
    await queue.run([first.operationId, second.operationId]);
    expect(await queue.rows('Account', 'Name')).toEqual([{ Name: 'Second' }]);
  });
});

describe('gathered writes', () => {
  const single = (Name: string, more: object = {}) => ({
    type: 'create',
    record: { Name },
    autoBatchPolicy: { maxDelayMinutes: 10 },
    ...more,
  });

  test('WRITE-22 a hundred single writes are one call at once', async () => {
    const receipts = [];
    for (let at = 0; at < 100; at++) receipts.push(await queue.enqueue(single(`A${at}`)));
    expect(new Set(receipts.map(({ operationId }) => operationId)).size).toBe(1);
    const began = queue.clock.now();
    await queue.run([receipts[0]!.operationId]);
    expect(queue.clock.now() - began).toBeLessThan(600_000);
    expect(queue.writes()).toEqual(['POST composite/sobjects → 200']);
    expect(await queue.rows('Account', 'Name')).toHaveLength(100);
  });

  test('WRITE-22 seven go when the first one’s delay ends; objects and types are separate calls', async () => {
    const began = queue.clock.now();
    const first = await queue.enqueue(single('A0'));
    await queue.clock.sleep(120_000);
    for (let at = 1; at < 7; at++) expect((await queue.enqueue(single(`A${at}`))).records).toBe(at + 1);
    const contact = await queue.enqueue(
      { type: 'create', record: { LastName: 'Lee' }, autoBatchPolicy: { maxDelayMinutes: 10 } },
      { objectName: 'Contact' },
    );
    const upsert = await queue.enqueue({
      type: 'upsert',
      externalIdField: 'ERP_Id__c',
      record: { ERP_Id__c: 'x', Name: 'X' },
      autoBatchPolicy: { maxDelayMinutes: 10 },
    });
    expect(new Set([first, contact, upsert].map(({ operationId }) => operationId)).size).toBe(3);
    await queue.run([first.operationId]);
    expect(queue.clock.now() - began).toBeGreaterThanOrEqual(600_000);
    expect(queue.writes()).toEqual(['POST composite/sobjects → 200']);
    await queue.run([contact.operationId, upsert.operationId]);
    expect(queue.writes()).toHaveLength(3);
  });

  test('one call never changes a record twice, and a later write does not wait for what is gathered', async () => {
    const upsert = (Name: string, key: string, more: object = {}) => ({
      type: 'upsert',
      externalIdField: 'ERP_Id__c',
      record: { Name, ERP_Id__c: key },
      autoBatchPolicy: { maxDelayMinutes: 1_000 },
      ...more,
    });
    const first = await queue.enqueue(upsert('One', 'a'));
    const second = await queue.enqueue(upsert('Two', 'A'));
    expect(second.operationId).not.toBe(first.operationId);
    await queue.run([first.operationId]);
    const last = await queue.enqueue(upsert('Three', 'a', { autoBatchPolicy: null }));
    const began = queue.clock.now();
    await queue.run([second.operationId, last.operationId]);
    expect(queue.clock.now() - began).toBeLessThan(1_000 * 60_000);
    expect(await queue.rows('Account', 'Name')).toEqual([{ Name: 'Three' }]);
  });

  test('a condition holds for one record: gathered records cannot have one', async () => {
    const headers = [{ key: 'If-Unmodified-Since', value: 'Sun, 01 Mar 2026 10:00:00 GMT' }];
    await expect(async () => queue.enqueue(single('A', { headers }))).rejects.toMatchObject({
      code: 'write-header-refused',
    });
  });

  test('WRITE-23 one master operation, in_progress while filling, with partial failure visible', async () => {
    const first = await queue.enqueue(single('Good'));
    const second = await queue.enqueue({ ...single('x'), record: { Phone: '1' } });
    expect(second).toMatchObject({ operationId: first.operationId, records: 2 });
    expect(queue.operation(first.operationId)).toMatchObject({
      status: 'in_progress',
      metadata: { autoBatch: { sentBy: first.sentBy } },
    });
    await queue.run([first.operationId]);
    expect(queue.operation(first.operationId)).toMatchObject({
      status: 'failure',
      result: 'Batch write completed (1 succeeded, 1 failed)',
      counts: { records: 1, failed: 1 },
      metadata: { errors: [{ index: 1, code: 'REQUIRED_FIELD_MISSING' }] },
    });
    expect(await queue.rows('Account', 'Name')).toEqual([{ Name: 'Good' }]);
  });

  test('WRITE-24 a retryPolicy beside autoBatchPolicy is ignored with a notice', async () => {
    const receipt = await queue.enqueue(single('A', { retryPolicy: { deadlineHours: 5 } }));
    expect(receipt.warnings).toEqual(['retryPolicy is ignored beside autoBatchPolicy.']);
    expect(queue.lines(receipt.operationId)).toEqual(['retryPolicy is ignored beside autoBatchPolicy.']);
    fault({ name: 'too-many-requests', count: 100_000, match: { method: 'POST' } });
    await queue.run([receipt.operationId]);
    // The first record's delay, then the gathered writes' own hour.
    const { createTime, metadata } = queue.operation(receipt.operationId);
    const { deadline } = metadata.retry as { deadline: string };
    expect(Date.parse(deadline) - Date.parse(createTime)).toBe(600_000 + 3_600_000);
  });
});

describe('never twice', () => {
  const lostAnswer = { name: 'lost-answer', count: 1, match: { method: 'POST' } };

  test('a single create whose answer is lost is repeated under its key, and made once', async () => {
    const { operationId } = await queue.enqueue({ type: 'create', record: { Name: 'Acme' } });
    fault(lostAnswer);
    await queue.run([operationId]);
    expect(queue.operation(operationId)).toMatchObject({ status: 'success', metadata: { retry: { attempts: 2 } } });
    expect(await queue.rows('Account', 'Name')).toEqual([{ Name: 'Acme' }]);
    expect(queue.writes().every((line) => line.startsWith('POST ui-api/records'))).toBe(true);
  });

  test('an object the UI API does not serve is created the plain way; its refusals are read where they stand', async () => {
    const answer = (errors: object[]) => ({
      name: 'ui',
      count: 1,
      match: { path: 'ui-api/records' },
      effect: { kind: 'answer', status: 400, body: JSON.stringify(errors), contentType: 'application/json' },
    });
    const plain = await queue.enqueue({ type: 'create', record: { Name: 'Plain' } });
    fault(answer([{ errorCode: 'INVALID_TYPE', message: 'Account is not supported in UI API' }]));
    await queue.run([plain.operationId]);
    expect(queue.operation(plain.operationId)).toMatchObject({
      status: 'success',
      metadata: { retry: { attempts: 1 } },
    });
    expect(queue.writes()).toEqual(['POST ui-api/records → 400', 'POST sobjects/Account → 201']);
    const refused = await queue.enqueue({ type: 'create', record: { Name: 'x' } });
    const fieldErrors = {
      Name: [{ errorCode: 'STRING_TOO_LONG', message: 'Account Name: data value too large: … (max length=255)' }],
    };
    fault(
      answer([
        { errorCode: 'INVALID_INPUT', message: 'An error occurred.', output: { errors: [], fieldErrors } } as object,
      ]),
    );
    await queue.run([refused.operationId]);
    expect(queue.operation(refused.operationId).metadata.errors).toMatchObject([
      { code: 'STRING_TOO_LONG', fields: ['Name'] },
    ]);
  });

  test('WRITE-30 without an external id nothing is repeated: unknown, with a warning and how to check', async () => {
    const { operationId } = await queue.enqueue({
      type: 'create',
      batch: [{ record: { Name: 'A' } }, { record: { Name: 'B' } }],
    });
    fault(lostAnswer);
    await queue.run([operationId]);
    const operation = queue.operation(operationId);
    expect(operation.status).toBe('unknown');
    expect(operation.metadata.check).toMatch(
      /^SELECT Id, CreatedDate FROM Account WHERE CreatedDate >= 2026-03-01T09:5/,
    );
    expect(queue.lines(operationId).join('\n')).toContain('sending it again may make a duplicate');
    expect(queue.writes()).toHaveLength(1);
    expect(queue.notifications()[0].data).toMatchObject({ success: false, errors: [{ index: 0 }, { index: 1 }] });
  });

  test('WRITE-30 with one in each record the org is asked, and what is missing goes as an upsert', async () => {
    const batch = [{ record: { Name: 'A', ERP_Id__c: 'a' } }, { record: { Name: 'B', ERP_Id__c: 'b' } }];
    const applied = await queue.enqueue({ type: 'create', batch });
    fault(lostAnswer);
    await queue.run([applied.operationId]);
    expect(queue.operation(applied.operationId).status).toBe('success');
    expect(queue.writes()).toHaveLength(1);
    const others = [{ record: { Name: 'C', ERP_Id__c: 'c' } }];
    const lost = await queue.enqueue({ type: 'create', batch: others });
    fault({ name: 'error-502-html', count: 1, match: { method: 'POST' } });
    await queue.run([lost.operationId]);
    expect(queue.operation(lost.operationId).status).toBe('success');
    expect(queue.writes().at(-1)).toMatch(/^PATCH .*ERP_Id__c/);
    expect((await queue.rows('Account', 'Name')).map(({ Name }) => Name)).toEqual(['A', 'B', 'C']);
  });

  test('an update whose answer is lost is looked up: applied is not sent again, and a person’s later edit stays', async () => {
    const made = await queue.enqueue({ type: 'create', record: { Name: 'Old' } });
    await queue.run([made.operationId]);
    const [{ Id: id }] = (await queue.rows('Account', 'Id')) as [{ Id: string }];
    await queue.clock.sleep(60_000);
    const update = await queue.enqueue({ type: 'update', record: { id, Name: 'New' } });
    fault({ name: 'lost-answer', count: 1, match: { method: 'PATCH' } });
    await queue.run([update.operationId]);
    expect(queue.operation(update.operationId)).toMatchObject({
      status: 'success',
      metadata: { retry: { attempts: 1 }, successfulRecordIds: [id] },
    });
    const overtaken = await queue.enqueue({ type: 'update', record: { id, Name: 'Newer' } });
    fault({ name: 'lost-answer', count: 1, match: { method: 'PATCH' } });
    await queue.run([overtaken.operationId], {
      onStep: () => {
        const values = { Name: 'By hand' };
        queue.org.commit({ userId: queue.org.adminUserId, changeOrigin: 'ui' }, (transaction) =>
          transaction.update('Account', id, values),
        );
      },
    });
    expect(queue.operation(overtaken.operationId).status).toBe('unknown');
    expect(await queue.rows('Account', 'Name')).toEqual([{ Name: 'By hand' }]);
    expect(queue.lines(overtaken.operationId).join('\n')).toContain('may overwrite a later change');
  });

  test('answers cut at any byte, politely or not: nothing is made twice', async () => {
    const made = await queue.enqueue({ type: 'create', record: { Name: 'Start' } });
    await queue.run([made.operationId]);
    const [{ Id: id }] = (await queue.rows('Account', 'Id')) as [{ Id: string }];
    await queue.clock.sleep(60_000);
    let count = 0;
    for (const by of ['fin', 'rst']) {
      for (const at of [-1, 0, 1, 7, 40, 120]) {
        const mark = `m${++count}`;
        const writes = [
          { type: 'create', record: { Name: `${mark} keyed` } },
          { type: 'create', batch: [{ record: { Name: `${mark} key`, ERP_Id__c: mark } }] },
          { type: 'upsert', externalIdField: 'ERP_Id__c', record: { Name: `${mark} upsert`, ERP_Id__c: `u${mark}` } },
          { type: 'update', record: { id, Name: `${mark} update` } },
        ];
        for (const body of writes) {
          const { operationId } = await queue.enqueue(body);
          const match = { pattern: '/sobjects|/composite|/ui-api/records' };
          fault({ name: 'cut', count: 1, match, effect: { kind: 'cut', at, by } });
          await queue.run([operationId]);
          queue.emulator.faults.clear();
          expect(queue.operation(operationId).status, `${body.type} cut at ${at} by ${by}`).toBe('success');
        }
      }
    }
    const written = queue.org.log.read(0, 10_000).flatMap(({ after }) => (after?.Name ? [String(after.Name)] : []));
    expect(written.length).toBe(new Set(written).size);
    expect(written).toHaveLength(1 + 4 * count);
  });

  test('two runners of one state send a write once', async () => {
    const { operationId } = await queue.enqueue({ type: 'create', record: { Name: 'Acme' } });
    await Promise.all([queue.run([operationId]), queue.run([operationId]), queue.run([operationId])]);
    expect(queue.writes()).toHaveLength(1);
  });
});
