import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWriteWorld, type WriteSetting, type WriteTestWorld } from './write-world.ts';

let world: WriteTestWorld;
beforeEach(async () => {
  world = await startWriteWorld();
});
afterEach(() => world.stop());

const careful: WriteSetting = {
  objectName: 'Account',
  writeConfig: { selectedFieldSettings: { Description: { writeOnUpdate: 'ifEmpty' } } },
};
const description = (id: string) => world.stored('Account', id, ['Description']).Description;

describe('ifEmpty against somebody who types at the same time', () => {
  test('an edit between the look and the write is kept, and the write is not lost for other fields', async () => {
    const id = world.plant('Account', { Name: 'A' });
    let edits = 1;
    const racing = world.beforeCalls('PATCH', () => {
      if (edits-- > 0) world.edit('Account', id, { Description: 'human' });
    });
    const record = { id, Description: 'ours', Phone: '123' };
    const answer = await world.write(careful, { type: 'update', record }, 'Account', racing);
    expect(answer.success).toBe(true);
    expect(world.stored('Account', id, ['Description', 'Phone'])).toMatchObject({ Description: 'human', Phone: '123' });
  });

  test('a record that was changed in the very second of the look is looked at again', async () => {
    const id = world.plant('Account', { Name: 'A' });
    world.edit('Account', id, { Phone: '1' });
    const answer = await world.write(careful, { type: 'update', record: { id, Description: 'ours' } });
    expect(answer.success).toBe(true);
    expect(world.sleeps.length).toBeGreaterThan(0);
    expect(description(id)).toBe('ours');
  });

  test('a record that never rests is not written over, and the answer says why', async () => {
    const id = world.plant('Account', { Name: 'A' });
    const racing = world.beforeCalls('PATCH', () => world.edit('Account', id, { Phone: String(world.sleeps.length) }));
    const answer = await world.write(
      careful,
      { type: 'update', record: { id, Description: 'ours' } },
      'Account',
      racing,
    );
    expect(answer.results[0]).toMatchObject({ success: false, errors: [{ code: 'salesforce-record-changed' }] });
    expect(description(id)).toBe(null);
  });

  test('300 races of one edit and one write never lose what the person typed', async () => {
    const id = world.plant('Account', { Name: 'A' });
    for (let round = 0; round < 300; round++) {
      world.edit('Account', id, { Description: null });
      world.org.clock.advance(2_000);
      let calls = 0;
      const moment = round % 3;
      const racing = world.beforeCalls('PATCH', () => {
        if (calls++ === 0 && moment === 1) world.edit('Account', id, { Description: `human ${round}` });
      });
      if (moment === 0) world.edit('Account', id, { Description: `human ${round}` });
      const record = { id, Description: `ours ${round}` };
      await world.write(careful, { type: 'update', record }, 'Account', racing);
      expect(description(id), `round ${round}`).toBe(moment === 2 ? `ours ${round}` : `human ${round}`);
    }
  }, 60_000);

  test('a batch is one transaction with a condition for each record', async () => {
    const ids = ['A', 'B', 'C'].map((Name) => world.plant('Account', { Name }));
    let edits = 1;
    const racing = world.beforeCalls('POST', () => {
      if (edits-- > 0) world.edit('Account', ids[1]!, { Description: 'human' });
    });
    const batch = ids.map((id) => ({ record: { id, Description: 'ours' } }));
    const answer = await world.write(careful, { type: 'update', batch }, 'Account', racing);
    expect(answer).toMatchObject({ success: true, successCount: 3 });
    expect(ids.map(description)).toEqual(['ours', 'human', 'ours']);
    expect(answer.results.map(({ status }) => status)).toEqual(['success', 'unchanged', 'success']);
    expect(
      world.calls().every((call) => call === 'POST composite/graph' || call.startsWith('POST composite/sobjects')),
    ).toBe(true);
  });

  test('a partial batch under conditions takes 25 records a call', async () => {
    const ids = Array.from({ length: 30 }, (_, at) => world.plant('Account', { Name: `A${at}` }));
    const batch = ids.map((id) => ({ record: { id, Description: 'ours' } }));
    const answer = await world.write(careful, { type: 'update', batch, batchPolicy: { allOrNone: false } });
    expect(answer).toMatchObject({ success: true, successCount: 30 });
    expect(world.calls()).toEqual(['POST composite', 'POST composite']);
  });

  test("the caller's own condition holds as well, and means nothing for a batch", async () => {
    const before = new Date(world.org.clock.now() - 60_000).toUTCString();
    const id = world.plant('Account', { Name: 'A' });
    const headers = [{ key: 'If-Unmodified-Since', value: before }];
    const record = { id, Description: 'ours' };
    const answer = await world.write(careful, { type: 'update', record, headers });
    expect(answer.results[0]).toMatchObject({ success: false, errors: [{ code: 'salesforce-record-changed' }] });
    expect(() => world.write(careful, { type: 'update', batch: [{ record }], headers })).toThrow(
      expect.objectContaining({ code: 'write-header-refused' }),
    );
  });

  test('a record that is gone or hidden is not taken for empty', async () => {
    const id = world.plant('Account', { Name: 'A', Description: 'human' });
    world.edit('Account', id, { Phone: '1' });
    const elsewhere = `${id.slice(0, 10)}zzzzz`;
    const answer = await world.write(careful, { type: 'update', record: { id: elsewhere, Description: 'ours' } });
    expect(answer.results[0]).toMatchObject({ success: false, errors: [{ code: 'salesforce-not-found' }] });
    expect(world.calls()).toEqual([]);
  });
});

describe('guards of an upsert', () => {
  const guarded: WriteSetting = {
    objectName: 'Account',
    writeConfig: {
      selectedFieldSettings: {
        Description: { writeOnUpdate: 'never', default: { stringValue: 'made by us' } },
        Site: { writeOnCreate: 'never' },
        Phone: { writeOnUpdate: 'ifEmpty' },
      },
    },
  };

  test('depend on whether the record is there', async () => {
    world.plant('Account', { Name: 'Old', ERP_Id__c: 'old', Description: 'human', Phone: '1' });
    const row = (key: string) => ({ record: { ERP_Id__c: key, Name: 'N', Site: 's', Phone: '2' } });
    const answer = await world.write(guarded, { type: 'upsert', batch: [row('old'), row('new')] });
    expect(answer.results).toMatchObject([
      { success: true, created: false },
      { success: true, created: true },
    ]);
    const read = (at: number) =>
      world.stored('Account', answer.results[at]!.recordId!, ['Name', 'Description', 'Site', 'Phone']);
    expect(read(0)).toMatchObject({ Name: 'N', Description: 'human', Site: 's', Phone: '1' });
    expect(read(1)).toMatchObject({ Name: 'N', Description: 'made by us', Site: null, Phone: '2' });
  });

  test('hold when somebody creates the record in between: nothing is made twice', async () => {
    let creates = 1;
    const racing = world.beforeCalls('POST', () => {
      if (creates-- > 0) world.plant('Account', { Name: 'Theirs', ERP_Id__c: 'k', Description: 'human' });
    });
    const record = { ERP_Id__c: 'k', Name: 'Ours' };
    const answer = await world.write(guarded, { type: 'upsert', record }, 'Account', racing);
    expect(world.org.count('Account')).toBe(1);
    expect(answer.results[0]).toMatchObject({ success: true, created: false });
    expect(description(answer.results[0]!.recordId!)).toBe('human');
  });
});
