import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChangeHeader } from '../../src/providers/salesforce/events/change-event.ts';
import { selectEvent } from '../../src/providers/salesforce/events/select-event.ts';
import { resolveSubscription } from '../../src/runtime/subscribe/subscription-source.ts';
import { failedOutcome } from '../../src/runtime/write/files/ingest-results.ts';
import { longId } from '../../src/runtime/write/record-id.ts';
import { hostedBody } from '../../src/runtime/write/write-answer.ts';
import { startWriteWorld, type WriteSetting, type WriteTestWorld } from './write-world.ts';

let world: WriteTestWorld;
beforeEach(async () => {
  world = await startWriteWorld();
});
afterEach(() => world.stop());

const accounts: WriteSetting = { objectName: 'Account' };
const fail = (fault: object) => world.emulator.faults.add(fault as never);
const writing = { pattern: '/(sobjects|composite)/' };

describe('answers that are lost', () => {
  test('an update is sent again, an upsert makes one record', async () => {
    const id = world.plant('Account', { Name: 'A' });
    fail({ name: 'lost-answer', count: 1, match: { method: 'PATCH', ...writing } });
    expect(await world.write(accounts, { type: 'update', record: { id, Name: 'B' } })).toMatchObject({ success: true });
    fail({ name: 'lost-answer', count: 2, match: { method: 'PATCH', ...writing } });
    const record = { ERP_Id__c: 'k', Name: 'C' };
    expect(await world.write(accounts, { type: 'upsert', record })).toMatchObject({ success: true });
    expect(world.org.count('Account')).toBe(2);
  });

  test('a delete that turns out to be done is done', async () => {
    const setting: WriteSetting = { ...accounts, writeConfig: { deletionSettings: { enabled: true } } };
    const id = world.plant('Account', { Name: 'A' });
    fail({ name: 'lost-answer', count: 1, match: { method: 'DELETE', ...writing } });
    expect(await world.write(setting, { type: 'delete', record: { id } })).toMatchObject({ success: true });
    expect(world.org.count('Account')).toBe(0);
  });

  test('a create is not sent again: it ends unknown, as one record or as a batch', async () => {
    for (const body of [{ record: { Name: 'A' } }, { batch: [{ record: { Name: 'B' } }, { record: { Name: 'C' } }] }]) {
      fail({ name: 'lost-answer', count: 1, match: { method: 'POST', ...writing } });
      const before = world.calls().length;
      const answer = await world.write(accounts, { type: 'create', ...body });
      expect(world.calls().length).toBe(before + 1);
      expect(answer).toMatchObject({ success: false, successCount: 0, failureCount: 0 });
      expect(answer.results.every(({ status }) => status === 'unknown')).toBe(true);
      expect(world.operation(answer.operationId).status).toBe('unknown');
    }
    expect(world.org.count('Account')).toBe(3);
  });

  test.each(['error-500-html', 'error-502-html', 'garbled-json'])(
    '%s after a create is not a failure that may be repeated',
    async (name) => {
      fail({ name, count: 1, match: { method: 'POST', ...writing } });
      const answer = await world.write(accounts, { type: 'create', record: { Name: 'A' } });
      expect(answer.results[0]!.status).toBe('unknown');
    },
  );
});

describe('what the org turns away for now', () => {
  test('locks, limits and a server that is busy are waited out', async () => {
    for (const name of ['row-locked', 'daily-limit', 'too-many-requests', 'server-unavailable']) {
      fail({ name, count: 1, match: { method: 'POST', ...writing } });
      const answer = await world.write(accounts, { type: 'create', record: { Name: name } });
      expect(answer, name).toMatchObject({ success: true });
      expect(world.operation(answer.operationId).counts, name).toMatchObject({ retries: 1 });
    }
    expect(world.org.count('Account')).toBe(4);
    expect(world.sleeps.length).toBe(4);
  });

  test('only the rows that met a lock are sent again', async () => {
    const ids = world.plantAll('Account', [{ Name: 'A' }, { Name: 'B' }]);
    const batch = ids.map((id) => ({ record: { id, Phone: '1' } }));
    fail({ name: 'row-locked', count: 1, match: { method: 'PATCH', ...writing } });
    const answer = await world.write(accounts, { type: 'update', batch, batchPolicy: { allOrNone: false } });
    expect(answer).toMatchObject({ success: true, successCount: 2 });
    expect(world.calls()).toEqual(['PATCH composite/sobjects', 'PATCH composite/sobjects']);
  });

  test('a limit that does not end is a failure with the words of the org', async () => {
    fail({ name: 'daily-limit', count: 100, match: { method: 'POST', ...writing } });
    const answer = await world.write(accounts, { type: 'create', record: { Name: 'A' } });
    expect(answer.errors).toMatchObject([{ code: 'salesforce-rate-limited', providerCode: 'REQUEST_LIMIT_EXCEEDED' }]);
    expect(world.calls().length).toBe(4);
  });
});

describe('answers', () => {
  test('several things wrong with one record are all named, without the values they echo', async () => {
    const contacts: WriteSetting = { objectName: 'Contact' };
    const answer = await world.write(contacts, { type: 'create', record: { LastName: 'x', Email: 'canary-value' } });
    expect(answer.errors).toMatchObject([{ providerCode: 'INVALID_EMAIL_ADDRESS', fields: ['Email'] }]);
    expect(JSON.stringify(answer)).not.toContain('canary-value');
    expect(JSON.stringify(world.operation(answer.operationId))).not.toContain('canary-value');
    const long = await world.write(contacts, { type: 'create', record: { LastName: 'c'.repeat(200) } });
    expect(long.errors).toMatchObject([
      { code: 'write-value-too-long', message: 'LastName takes 80 characters and got 200.' },
    ]);
  });

  test('the hosted shapes: one record, a batch, a failure', async () => {
    const one = await world.write(accounts, { type: 'create', record: { Name: 'A' } });
    const { recordId } = one.results[0]!;
    expect(hostedBody(one, true)).toEqual({
      status: 200,
      body: { operationId: one.operationId, result: { success: true, recordId } },
    });
    const two = await world.write(accounts, {
      type: 'create',
      batch: [{ record: { Name: 'A' } }, { record: { Phone: '1' } }],
    });
    expect(hostedBody(two, false)).toMatchObject({
      status: 422,
      body: {
        success: false,
        successCount: 0,
        failureCount: 2,
        results: [
          { success: false, errors: [{ message: 'Rolled back: another record of the batch failed.' }] },
          { success: false, errors: [{ message: 'Required fields are missing: [Name]' }] },
        ],
        errors: [{ message: 'Required fields are missing: [Name]' }],
      },
    });
  });

  test("Bulk's errors are read, several of a row too", () => {
    expect(failedOutcome('REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --')).toMatchObject({
      again: 'never',
      error: {
        providerCode: 'REQUIRED_FIELD_MISSING',
        message: 'Required fields are missing: [Name]',
        fields: ['Name'],
      },
    });
    expect(failedOutcome('UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record: 001:--')).toMatchObject({
      again: 'soon',
    });
    expect(failedOutcome('A:one: two:X,Y --;B:three:Z --')).toMatchObject({
      error: { message: 'one: two three', fields: ['X', 'Y', 'Z'] },
    });
    expect(failedOutcome('something else')).toMatchObject({ error: { message: 'something else' } });
  });

  test('short ids become long ones', () => {
    expect(longId('001ak00000OQTie')).toBe('001ak00000OQTieAAH');
    expect(longId('01gRO0000016PIA')).toBe('01gRO0000016PIAYA2');
    expect(['', '001', '001ak00000OQTie!', '001ak00000OQTieAA'].map(longId)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('our own writes are known by their mark, so that their events can be dropped', async () => {
    await world.write(accounts, { type: 'create', record: { Name: 'A' } });
    const { changeOrigin } = world.org.log.read(0, 100).at(-1)!;
    const header = { changeOrigin, changeType: 'CREATE', changedFields: [] } as unknown as ChangeHeader;
    const all = { create: true, delete: true, otherEvents: [] };
    expect(selectEvent(header, all).deliver).toBe(true);
    expect(selectEvent(header, { ...all, ownClient: 'amp' })).toEqual({ deliver: false, reason: 'echo' });
    // What an installation says for it.
    const subscribe = (more: object) =>
      resolveSubscription({
        describe: (name) => world.describer.object(name),
        source: {
          integration: undefined,
          installation: undefined,
          object: { objectName: 'account', requiredFields: [], optionalFields: [] },
          config: undefined,
        },
        subscribed: undefined,
        config: { objectName: 'account', inheritFieldsAndMappings: true, ...more },
        scope: 'ins_1',
      });
    expect((await subscribe({ ignoreOwnWrites: true })).selection.ownClient).toBe('amp');
    expect((await subscribe({})).selection.ownClient).toBeUndefined();
  });
});
