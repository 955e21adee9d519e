import { afterEach, expect, test } from 'vitest';
import { type Rig, startRig, until } from '../run/rig.ts';

let rig: Rig | undefined;
afterEach(() => rig?.stop());

const manifest = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - {objectName: contact, mapToName: person, destination: crmEvents, schedule: "0 0 1 1 *", requiredFields: [{fieldName: lastname}]}
    watchSchema:
      destination: crmEvents
      schedule: "0 * * * *"
      allObjects: {fieldCreated: {enabled: always}, fieldDeleted: {enabled: always}}
`;

test('amp run makes the baseline when somebody is installed and tells of changes within the hour', async () => {
  rig = await startRig({ speed: 1_200, manifest });
  const world = rig;
  const run = world.run();
  await run.says('runs revision 1');
  await world.amp.json(['install', 'crm', '--group', 'quayline', '--org', 'acme', '--skip-sampling']);
  const operations = async () =>
    ((await world.amp.json(['operations', '--type', 'schema'])) as { operations: { result: string }[] }).operations;
  await until(
    async () => (await operations()).some(({ result }) => result?.startsWith('Baseline of Contact')),
    'baseline',
  );
  world.emulator.org.schema.createField('Contact', { name: 'Level__c', label: 'Level', type: 'text', length: 20 });
  const told = () => world.receiver.received.map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>);
  await until(() => told().length > 0, 'the message arrives');
  expect(told()).toMatchObject([
    {
      action: 'schema.watch',
      groupRef: 'quayline',
      objectName: 'person',
      result: { createdFields: [{ fieldName: 'level__c' }] },
    },
  ]);
  expect(await run.stop('SIGTERM')).toEqual({ code: 143, signal: null });
}, 60_000);
