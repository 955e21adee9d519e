import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeOutputSchema } from '../../src/runtime/write/output-schema.ts';
import { hostedProject } from '../hosted/hosted-amp.ts';
import { type Platform, startPlatform } from '../hosted/platform.ts';
import { type InstalledProject, startInstalledProject } from '../operations/project-fixture.ts';

const manifest = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: contact
          mapToName: person
          destination: inbox
          requiredFields:
            - fieldName: lastname
              mapToName: surname
          optionalFields:
            - mapToName: remark
    write:
      objects:
        - objectName: contact
          inheritMapping: true
`;

const matchesSchema = new Ajv2020({ strict: false }).compile(writeOutputSchema());
/** What --json printed, after it was held against the published schema. */
function json(text: string) {
  const value = JSON.parse(text);
  expect(matchesSchema(value), JSON.stringify(matchesSchema.errors)).toBe(true);
  return value;
}

describe('amp write', () => {
  let project: InstalledProject;
  beforeAll(async () => {
    project = await startInstalledProject(0, manifest);
  }, 120_000);
  afterAll(() => project.stop());
  const write = (...args: string[]) => project.amp('write', 'person', '--group', 'quayline', ...args);

  test('one record by its mapped names, with the id, the warning and the calls', async () => {
    const { code, stdout, stderr } = await write('--type', 'create', '--record', '{"surname":"Byron","remark":"x"}');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/✓ Created person 003\w{15}\n.*API calls? · amp operations show op_/),
    ]);
    expect(stderr).toContain('"remark" was left out: this customer has not mapped it.');
  });

  test('OPS-13 a failed batch names the reason of each record, in the answer and in its operation', async () => {
    const batch = JSON.stringify([{ surname: 'A' }, { Email: 'no' }, { surname: 'C' }]);
    const { code, stdout } = await write('--type', 'create', '--batch', batch, '--json');
    const answer = json(stdout);
    expect(code).toBe(1);
    expect(answer).toMatchObject({ successCount: 0, failureCount: 3, results: [{}, { errors: [{}] }, {}] });
    const shown = await project.amp('operations', 'show', answer.operationId);
    expect(shown.stdout).toMatch(
      /Failed records\n {2}0: Rolled back.*\n {2}1: .*\((REQUIRED_FIELD_MISSING|INVALID_EMAIL_ADDRESS)\)\n {2}2: /,
    );
    const partial = await write('--type', 'create', '--batch', batch, '--partial');
    expect(partial.stdout).toContain('2 records written, 1 failed');
  });

  test('a dry run shows the call and every guard, and writes nothing', async () => {
    const record = '{"surname":"Dry","remark":"x","Email":"a@b.example"}';
    const { code, stdout } = await write('--type', 'create', '--record', record, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/POST \/services\/data\/v[\d.]+\/sobjects\/Contact/);
    expect(stdout).toMatch(/surname → LastName\s+sent/);
    expect(stdout).toMatch(/remark\s+left out: not mapped for this customer/);
    const dry = json((await write('--type', 'create', '--record', record, '--dry-run', '--json')).stdout);
    expect(stdout).toContain('#0 create\n');
    expect(dry).toMatchObject({
      dryRun: true,
      records: [{ outcome: 'create' }],
      requests: [{ method: 'POST', body: { LastName: 'Dry' } }],
    });
    const { stdout: found } = await project.amp(
      'search',
      'contact',
      '--where',
      'lastname=Dry',
      '--group',
      'quayline',
      '--json',
    );
    expect(JSON.parse(found).totalSize).toBe(0);
  });

  test('JSON that breaks is told by its place, with an example and without a value', async () => {
    const cut = await write('--type', 'create', '--record', '{"surname":"secret');
    expect(cut.stderr).toContain('--record is not JSON: it breaks at column 19: the text ends there. [usage]');
    expect(cut.stderr).toContain(`As in --record '{"name": "Acme"}', or from a file: --record @record.json.`);
    const quoted = await write('--type', 'create', '--batch', "[\n{'surname': 1}]");
    expect(quoted.stderr).toContain('--batch is not JSON: it breaks at line 2, column 2: JSON takes double quotes.');
    expect(cut.stderr + quoted.stderr).not.toMatch(/secret|surname/);
    const missing = await write('--type', 'create', '--record', '@gone.json');
    expect(missing.stderr).toMatch(/There is no file \S+gone\.json\. \[file-unreadable\]/);
    const untyped = await write('--record', '{}');
    expect(untyped.stderr).toContain('help See amp write --help.');
  });

  test('why one record was refused is told whole', async () => {
    const text = 'x'.repeat(60);
    const { code, stdout } = await write('--type', 'create', '--record', `{"surname":"A","${text}__c":1}`);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^✗ Nothing was written\.\n {2}No such column/)]);
    expect(stdout.replace(/\s+/g, '')).toContain(`${text}__c`);
  });

  test('an operation names the object as the org does, also when the request was refused', async () => {
    await write('--type', 'delete', '--record', '{"id":"003000000000001"}');
    await write('--type', 'create', '--record', '{"surname":"Later"}', '--async');
    const { stdout } = await project.amp('operations', '--type', 'write', '--json');
    const objects = JSON.parse(stdout).operations.map(({ object }: { object: string }) => object);
    expect([...new Set(objects)]).toEqual(['Contact']);
  });

  test('a file is repaired and run again from its own failures', async () => {
    const rows = join(project.dir, 'rows.ndjson');
    const failed = join(project.dir, 'failed.ndjson');
    writeFileSync(rows, '{"surname":"File 1"}\n{"Email":"x"}\n{"surname":"File 3"}\n');
    const first = await write('--type', 'create', '--file', rows, '--failures', failed, '--json');
    expect([first.code, json(first.stdout)]).toMatchObject([1, { successCount: 2, failureCount: 1, failures: failed }]);
    const [line] = readFileSync(failed, 'utf8').trim().split('\n');
    expect(JSON.parse(line!)).toMatchObject({ record: { Email: 'x' }, errors: [{ message: expect.any(String) }] });
    writeFileSync(failed, line!.replace('"Email":"x"', '"surname":"File 2"'));
    const second = await write('--type', 'create', '--file', failed, '--failures', failed);
    expect([second.code, second.stdout]).toEqual([0, expect.stringContaining('✓ 1 record written')]);
    expect(readFileSync(failed, 'utf8')).toBe('');
  });

  test('what is wrong with the command line is a usage error, what is wrong with the records is not', async () => {
    for (const args of [
      ['--type', 'create'],
      ['--record', '{}'],
      ['--type', 'create', '--record', '{"a"'],
      ['--type', 'delete', '--file', 'rows.ndjson'],
      ['--type', 'merge', '--record', '{}'],
      ['--type', 'create', '--record', '{}', '--org', 'acme'],
    ]) {
      expect((await write(...args)).code, args.join(' ')).toBe(64);
    }
    const { code, stdout } = await write('--type', 'update', '--record', '{"surname":"x"}', '--json');
    expect([code, JSON.parse(stdout).diagnostics]).toMatchObject([
      1,
      [{ code: 'write-id-missing', path: '$.record.id' }],
    ]);
    const unknown = await project.amp('write', 'persn', '--group', 'quayline', '--type', 'create', '--record', '{}');
    expect(unknown.stderr).toContain('Did you mean "person"?');
  });
});

describe('amp write -p', () => {
  let platform: Platform;
  beforeAll(async () => {
    const content = {
      write: { objects: [{ objectName: 'opportunity' }] },
      read: { objects: [{ objectName: 'opportunity', mapToName: 'deal' }] },
    };
    platform = await startPlatform({
      integrations: [
        {
          id: 'int-crm',
          projectId: 'prj-1',
          name: 'crm',
          provider: 'salesforce',
          createTime: '2026-01-01T00:00:00Z',
          latestRevision: { id: 'rev-1', specVersion: '1.0.0', createTime: '2026-01-01T00:00:00Z', content },
        },
      ],
    });
  });
  afterAll(() => platform.close());

  test('the same request goes to the platform, digits and policy included', async () => {
    const project = hostedProject(platform);
    platform.answerNext(/^POST/, {
      status: 422,
      body: '{"operationId":"op-9","successCount":1,"failureCount":1,"errors":[{"message":"Required"}]}',
    });
    const batch = '[{"amount":12345678901234567890.25},{}]';
    const result = await project.amp([
      'write',
      'deal',
      '--type',
      'create',
      '--batch',
      batch,
      '--partial',
      '--group',
      'acme',
    ]);
    const request = platform.requests.find(({ line }) => line.startsWith('POST'))!;
    expect(request.line).toBe('POST /v1/projects/dev/integrations/int-crm/objects/deal');
    expect(request.body.toString()).toContain('"amount":12345678901234567890.25');
    expect(JSON.parse(request.body.toString())).toMatchObject({
      groupRef: 'acme',
      mode: 'synchronous',
      batchPolicy: { allOrNone: false },
    });
    expect([result.code, result.stdout]).toEqual([1, expect.stringContaining('1 written, 1 failed')]);
    const refused = await project.amp(['write', 'deal', '--type', 'upsert', '--record', '{}', '--group', 'acme']);
    expect(refused.code).toBe(64);
  });
});

test('a customer with two integrations names one only where both have the object', async () => {
  const two = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects: [{ objectName: contact, mapToName: person, destination: inbox, requiredFields: [{ fieldName: lastname }] }]
    write:
      objects: [{ objectName: contact, inheritMapping: true }, { objectName: account }]
  - name: billing
    provider: salesforce
    read:
      objects: [{ objectName: account, mapToName: payer, destination: inbox, requiredFields: [{ fieldName: name }] }]
    write:
      objects: [{ objectName: account, inheritMapping: true }]
    proxy: { enabled: true }
`;
  const project = await startInstalledProject(0, two);
  try {
    const installed = await project.amp(
      'install',
      'billing',
      '--group',
      'quayline',
      '--org',
      'acme',
      '--skip-sampling',
    );
    expect(installed.code, installed.stderr).toBe(0);
    const amp = (...args: string[]) => project.amp(...args, '--group', 'quayline');
    const create = (object: string, record: object) =>
      amp('write', object, '--type', 'create', '--record', JSON.stringify(record));
    expect((await create('person', { lastname: 'Byron' })).code).toBe(0);
    expect((await create('payer', { name: 'Quayline' })).code).toBe(0);
    const both = await create('account', { name: 'Quayline' });
    expect([both.code, both.stderr]).toEqual([64, expect.stringContaining('--integration (billing, crm)')]);
    expect(await create('persn', {})).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /Did you mean "person"\?[\s\S]*\[write-object-missing\]|\[write-object-missing\][\s\S]*Did you mean "person"\?/,
      ),
    });
    expect((await amp('search', 'person', '--where', 'lastname=Byron')).code).toBe(0);
    expect((await amp('read', 'payer', '--output', '-')).stdout).toContain('Quayline');
    expect((await amp('proxy', 'GET', 'limits')).code).toBe(0);
  } finally {
    await project.stop();
  }
}, 120_000);
