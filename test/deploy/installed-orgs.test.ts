import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/index.ts';
import { crm, type LocalAmp, localAmp } from './local-amp.ts';

const withFields = (...fields: string[]) =>
  crm(
    `{objectName: account, destination: crmEvents, schedule: "*/30 * * * *", requiredFields: [${fields.map((name) => `{fieldName: ${name}}`).join(', ')}]}`,
  );

let emulator: RunningEmulator;
let amp: LocalAmp;

beforeAll(async () => {
  emulator = await startEmulator();
  amp = localAmp(withFields('id'));
  await amp.amp(['org', 'login', '--emulator', '--alias', 'acme'], { env: { AMP_EMULATOR_URL: emulator.url } });
  await amp.json(['destinations', 'add', 'crmEvents', '--folder', join(amp.dir, 'out')]);
  await amp.json(['deploy', '--yes']);
  await amp.json(['install', 'crm', '-g', 'quayline', '-o', 'acme']);
});
afterAll(() => emulator.stop());

test("a field that an installed customer's own org lacks is breaking before the deploy, without naming an org", async () => {
  amp.write(withFields('id', 'Name', 'Grade__c'));
  const { stdout } = await amp.amp(['diff']);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Their org has no Grade__c on account, or hides it');
  expect(stdout).toContain('quayline');
  const refused = await amp.amp(['deploy']);
  expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining('deploy-needs-decision')]);
  emulator.org.schema.createField('Account', { name: 'Grade__c', type: 'text', length: 20 });
  expect(await amp.json(['diff'])).toMatchObject({ summary: { breaking: 0 } });
  await amp.json(['deploy']);
});

test('an org that is out of reach is named and keeps nobody from deploying', async () => {
  amp.write(withFields('id', 'Name', 'Grade__c', 'Website'));
  const fault = emulator.faults.add({ name: 'api-disabled', count: 1000 });
  const result = await amp.json<{ changes: { impact: { message: string }[] }[] }>(['deploy']);
  emulator.faults.remove(fault.id);
  expect(result.changes[0]!.impact.map(({ message }) => message)).toContain(
    'Their org could not be asked whether it has website on account.',
  );
});
