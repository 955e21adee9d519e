import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driftOutputSchema } from '../../src/runtime/schema/output-schema.ts';
import { type InstalledProject, startInstalledProject } from '../operations/project-fixture.ts';

let project: InstalledProject;
beforeAll(async () => {
  project = await startInstalledProject(1);
}, 120_000);
afterAll(() => project.stop());

const hasValidShape = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(
  driftOutputSchema(),
);

async function drift(...args: string[]) {
  const { code, stdout, stderr } = await project.amp('org', 'drift', ...args, '--json');
  const report = JSON.parse(stdout);
  if (code === 0 || code === 1) expect(hasValidShape(report), JSON.stringify(hasValidShape.errors)).toBe(true);
  return { code, report, stderr };
}

test('the first look is the baseline; what changes afterwards is told with what it breaks, until it is accepted', async () => {
  const { schema } = project.emulator.org;
  expect(await drift('acme')).toMatchObject({ code: 0, report: { summary: { baselines: 1, breaking: 0 } } });
  schema.createField('Contact', { name: 'Level__c', label: 'Level', type: 'text', length: 20 });
  expect(await drift('--all')).toMatchObject({
    code: 0,
    report: {
      orgs: [{ alias: 'acme', installations: [{ groupRef: 'quayline', objects: [{ outcome: 'changed' }] }] }],
      summary: { created: 1, breaking: 0 },
    },
  });
  schema.setFieldAccess('Contact', 'Email', project.emulator.userId, { readable: false, editable: false });
  expect(await drift('--group', 'quayline')).toMatchObject({
    code: 1,
    report: {
      orgs: [
        {
          installations: [
            {
              objects: [{ deletedFields: [{ apiName: 'Email', fieldName: 'email', reason: 'hidden' }] }],
              impacts: [{ level: 'breaking', objectName: 'contact', field: 'Email' }],
            },
          ],
        },
      ],
    },
  });
  const text = await project.amp('org', 'drift');
  expect(text.code).toBe(1);
  expect(text.stdout).toContain('Email of contact is hidden from our user. The next read fails.');
  expect(text.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('ONB-8 amp status counts the drift of each installation, names what breaks and ends with 1', async () => {
  const { code, stdout } = await project.amp('status', '--json');
  expect(code).toBe(1);
  const status = JSON.parse(stdout);
  expect(status.installations).toMatchObject([{ groupRef: 'quayline', drift: { changes: 2, breaking: 1 } }]);
  expect(status.attention).toMatchObject([
    {
      kind: 'drift',
      subject: 'quayline (crm)',
      message: 'Email of contact is hidden from our user. The next read fails.',
      remedy: 'amp org drift --group quayline',
    },
  ]);
});

test('what is accepted and still breaks is told until the field is there again', async () => {
  const { schema } = project.emulator.org;
  const broken = { summary: { created: 0, deleted: 0, breaking: 1 } };
  const told = 'email of contact is hidden from our user. The next read fails.';
  expect(await drift('--accept')).toMatchObject({ code: 1 });
  const later = await drift();
  expect(later).toMatchObject({ code: 1, report: broken });
  expect(later.report.orgs[0].installations[0].impacts).toMatchObject([{ level: 'breaking', message: told }]);
  expect((await project.amp('org', 'drift')).stdout).toMatch(/\n✗ 1 breaking\n$/);
  const status = await project.amp('status', '--json');
  expect(status.code).toBe(1);
  expect(JSON.parse(status.stdout).attention).toMatchObject([{ kind: 'drift', message: told }]);
  schema.setFieldAccess('Contact', 'Email', project.emulator.userId, { readable: true, editable: true });
  await drift('--accept');
  expect(await drift()).toMatchObject({ code: 0, report: { summary: { created: 0, deleted: 0, breaking: 0 } } });
  expect((await project.amp('status')).code).toBe(0);
});

test('OPS-7 each object looked at has an operation', async () => {
  const { stdout } = await project.amp('operations', '--type', 'schema', '--json');
  const { operations } = JSON.parse(stdout);
  expect(operations.length).toBeGreaterThanOrEqual(5);
  for (const operation of operations) {
    expect(operation).toMatchObject({
      actionType: 'schema',
      status: 'success',
      object: 'contact',
      groupRef: 'quayline',
    });
  }
});

test('an object that cannot be described fails and is not called deleted; an unknown org asks for a sign-in', async () => {
  project.emulator.faults.add({ name: 'error-500-html', count: 0, match: { path: '/contact/describe' } });
  const { code, report } = await drift();
  project.emulator.faults.clear();
  expect(code).toBe(1);
  expect(report).toMatchObject({
    orgs: [
      { installations: [{ objects: [{ outcome: 'failed', deletedFields: [], error: { code: expect.any(String) } }] }] },
    ],
    summary: { failed: 1, deleted: 0 },
  });
  expect(await drift('nobody')).toMatchObject({ code: 4, report: { diagnostics: [{ code: 'org-not-connected' }] } });
  expect(await drift('acme', '--all')).toMatchObject({ code: 64 });
}, 60_000);

test('a mistyped object on the command line is told with its own remedy, and is nothing for amp status', async () => {
  const { code } = await project.amp('read', 'Contat', '--org', 'acme');
  expect(code).toBe(1);
  const listed = await project.amp('operations', '--status', 'failure', '--object', 'Contat', '--json');
  expect(JSON.parse(listed.stdout).operations[0].error).toMatchObject({
    code: 'salesforce-object-unknown',
    title: 'There is no object "Contat" that this user can see.',
    providerCode: 'NOT_FOUND',
    remedy: 'See amp org describe; custom objects end in __c.',
  });
  const { stdout } = await project.amp('status', '--json');
  expect(JSON.parse(stdout).attention.map(({ subject }: { subject: string }) => subject)).not.toContain('read Contat');
});

test('an installation and an operation name their org as people call it', async () => {
  const { stdout } = await project.amp('installations', 'show', 'quayline');
  expect(stdout).toMatch(/\nOrg +acme \(00D/);
  const { operations } = JSON.parse((await project.amp('operations', '--json', '--limit', '1')).stdout);
  expect((await project.amp('operations', 'show', operations[0].id)).stdout).toMatch(/\n +org +acme \(00D/);
});
