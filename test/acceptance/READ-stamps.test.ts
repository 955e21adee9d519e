import { afterAll, beforeAll, expect, test } from 'vitest';
import { readObject, startReadWorld, type TestWorld } from '../read/read-world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startReadWorld({ records: { Account: 3 } });
});
afterAll(() => world.stop());

test('READ-37 an object whose only stamp is CreatedDate is read on from there', async () => {
  const { org } = world;
  const scheduled = { object: readObject('AccountHistory', ['Field', 'NewValue']), readType: 'scheduled' } as const;
  expect((await world.read(scheduled)).lines).toEqual([]);
  for (const name of ['First', 'Second']) {
    org.clock.advance(120_000);
    const [account] = org
      .query('SELECT Id FROM Account ORDER BY Id LIMIT 1', { userId: org.adminUserId, apiVersion: '66.0' })
      .read(0, 1);
    org.commit({ userId: org.adminUserId, changeOrigin: '' }, (transaction) =>
      transaction.update('Account', String(account!.Id), { Name: name }),
    );
    org.clock.advance(120_000);
    const { lines } = await world.read(scheduled);
    expect(lines.map(({ fields }) => [fields.field, fields.newvalue])).toEqual([['Name', name]]);
  }
});
