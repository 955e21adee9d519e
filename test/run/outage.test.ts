import { afterEach, expect, test } from 'vitest';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/index.ts';
import { inState, type Rig, startRig, until } from './rig.ts';

let rig: Rig | undefined;
let again: RunningEmulator | undefined;
afterEach(async () => {
  await rig?.stop();
  await again?.stop();
});

const names = ['account', 'contact', 'lead'];
const manifest = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
${names
  .map(
    (name) =>
      `        - {objectName: ${name}, destination: crmEvents, schedule: "*/10 * * * *", requiredFields: [{fieldName: id}]}`,
  )
  .join('\n')}
    watchSchema: {destination: crmEvents, schedule: "0 * * * *", allObjects: {fieldDeleted: {enabled: always}}}
`;

interface Look {
  status: string;
  object: string;
}

test('an org that cannot be reached is told once, costs one look, and all goes on within minutes of its return', async () => {
  rig = await startRig({ speed: 600, manifest });
  const world = rig;
  await world.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme']);
  const run = world.run();
  const looks = () =>
    inState(world, ({ db }) =>
      db.prepare("SELECT status, object FROM operations WHERE action = 'schema' ORDER BY number").all<Look>(),
    );
  await until(() => looks().filter(({ status }) => status === 'success').length === 3, 'the baseline');
  await world.emulator.stop();
  await run.says('acme: its reads wait and are tried every minute');
  await until(() => looks().filter(({ status }) => status === 'failure').length >= 2, 'two looks out of turn');
  expect(new Set(looks().flatMap(({ status, object }) => (status === 'failure' ? [object] : [])))).toEqual(
    new Set(['account']),
  );
  again = await startEmulator({
    org: { path: ':memory:', seed: 'empty', wall: () => world.clock.now() },
    port: Number(new URL(world.emulator.url).port),
  });
  await run.says('acme answers again: its reads go on.');
  const backAt = looks().length;
  await until(
    () =>
      looks()
        .slice(backAt)
        .some(({ status }) => status === 'success'),
    'a look that works',
  );
  expect(run.stderr().match(/its reads wait/g)).toHaveLength(1);
  expect(run.stderr()).not.toMatch(/\bwaits: /);
  expect((await run.stop()).code).toBe(143);
}, 150_000);
