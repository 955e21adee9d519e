import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { OrgField, OrgSchema } from '../../src/manifest/org-schema.ts';
import { renderMessageTypes } from '../../src/scaffold/message-types.ts';
import { renderTemplate, templateNames, templateProviders } from '../../src/scaffold/template.ts';
import { amp, makeFolder } from '../manifest/amp.ts';
import { check, checkFixture, fixtureNames } from '../manifest/fixture.ts';

const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc');

/** Compiles files with tsc --strict; gives its complaints. */
function compile(files: Record<string, string>): string {
  const dir = makeFolder(files);
  writeFileSync(
    join(dir, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { strict: true, noEmit: true, target: 'es2022', lib: ['es2022'], types: [] } }),
  );
  return spawnSync(process.execPath, [tsc, '-p', dir], { encoding: 'utf8' }).stdout;
}

const hostile = `specVersion: 1.0.0
integrations:
  - name: 9-lives
    provider: salesforce
    read:
      objects:
        - objectName: "we */ird'\\\\ \\n\\u2028 name"
          mapToName: class
          destination: d
          schedule: "*/15 * * * *"
          requiredFields:
            - fieldName: "*/ } evil"
            - fieldName: constructor
            - fieldName: $['a.b']['c "d"']
            - fieldName: x
              mapToName: $['__proto__']['it\\'s']
            - fieldName: z
              mapToName: $['__proto__']['new']
          optionalFields:
            - mapToName: 1st
            - mapToName: $['deep']['er']
          optionalFieldsAuto: all
        - objectName: class read
          destination: d
          schedule: "*/15 * * * *"
          requiredFields: [{fieldName: a}]
    subscribe:
      objects:
        - {objectName: event only, destination: d, otherEvents: [UNDELETE]}
  - name: other
    provider: salesforce
    proxy: {enabled: true}
`;

const field = (name: string, type: string, more: Partial<OrgField> = {}): [string, OrgField] => [
  name.toLowerCase(),
  { name, type, createable: true, updateable: true, nillable: true, ...more },
];
const org: OrgSchema = {
  label: 'acme',
  objects: new Map([
    [
      'account',
      {
        name: 'Account',
        queryable: true,
        createable: true,
        updateable: true,
        watchable: true,
        fields: new Map([
          field('Name', 'string', { nillable: false }),
          field('AnnualRevenue', 'currency'),
          field('IsPartner', 'boolean', { nillable: false }),
          field('Rating', 'picklist', { values: ['Hot', "It's cold"] }),
          field('BillingAddress', 'address', { components: new Map([['city', 'BillingCity']]) }),
          field('BillingCity', 'string'),
        ]),
        relationships: new Map([['owner', ['User']]]),
      },
    ],
    [
      'user',
      {
        name: 'User',
        queryable: true,
        createable: false,
        updateable: false,
        watchable: false,
        fields: new Map([field('Email', 'email', { nillable: false })]),
        relationships: new Map(),
      },
    ],
  ]),
};
const typed = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: account
          mapToName: company
          destination: d
          schedule: "*/15 * * * *"
          requiredFields:
            - fieldName: NAME
            - fieldName: annualrevenue
              mapToName: $['money']['revenue']
            - fieldName: ispartner
            - fieldName: rating
            - fieldName: $['BillingAddress']['City']
              mapToName: city
            - fieldName: $['Owner']['Email']
              mapToName: owner
    subscribe:
      objects:
        - {objectName: account, destination: d, inheritFieldsAndMapping: true, deleteEvent: {enabled: always}}
`;

const consumer = `import type { AmpMessage, CrmCompanyFields, CrmCompanyMappedFields } from './typed.ts';
const fields: CrmCompanyFields = { name: 'Acme', ispartner: true, rating: 'Hot' };
const mapped: CrmCompanyMappedFields = { money: { revenue: 12.5 }, city: null, owner: 'ada@example.com' };
export function receive(message: AmpMessage): string {
  if (message.action === 'subscribe') return message.result?.[0]?.fields.name ?? message.objectName;
  const [entry] = message.result ?? [];
  if (entry === undefined) return message.resultInfo.downloadUrl ?? '';
  if (entry.deleted) return entry.id;
  const revenue: number | null = entry.mappedFields.money.revenue;
  // @ts-expect-error a boolean is no text
  const wrong: string = entry.fields.ispartner;
  return \`\${revenue}\${wrong}\${fields.name}\${mapped.owner}\`;
}
`;

describe('amp types', () => {
  test('every template, every valid fixture and hostile names compile with tsc --strict', () => {
    const files: Record<string, string> = {};
    for (const provider of templateProviders) {
      for (const template of templateNames) {
        const text = renderTemplate({ provider, template, name: 'sync', destination: 'd', schemaPath: 'x' });
        files[`${provider}-${template}.ts`] = renderMessageTypes(check(text).manifest!, 'amp.yaml');
      }
    }
    for (const rule of fixtureNames())
      files[`${rule}.ts`] = renderMessageTypes(checkFixture(rule, 'pass.yaml').manifest!, 'x');
    files['hostile.ts'] = renderMessageTypes(check(hostile).manifest!, 'amp.yaml\n*/');
    const sources = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name.replace('.ts', '/types.ts'), text]),
    );
    expect(compile(sources)).toBe('');
  });

  test('with an org, fields have their own types and picklists their values', () => {
    const text = renderMessageTypes(check(typed).manifest!, 'amp.yaml', org);
    expect(text).toContain("  rating: 'Hot' | 'It\\'s cold' | (string & {}) | null;");
    expect(text).toContain('    revenue: number | null;');
    expect(text).toContain('  owner: string | null;');
    const dir = { 'typed.ts': text, 'consumer.ts': consumer.replace("'./typed.ts'", "'./typed'") };
    expect(compile(dir)).toBe('');
  });

  test('--out writes the file, and a manifest with errors gives its findings', () => {
    const dir = makeFolder({ 'amp.yaml': typed, 'bad.yaml': 'specVersion: 2\n' });
    const run = amp(dir, ['types', '--out', 'src/messages.ts']);
    expect(run.stdout).toBe('Wrote src/messages.ts.\n');
    expect(amp(dir, ['types']).stdout).toContain('export type AmpMessage =');
    const bad = amp(dir, ['types', 'bad.yaml', '--json']);
    expect(bad.status).toBe(1);
    expect(JSON.parse(bad.stdout).diagnostics.map((one: { code: string }) => one.code)).toContain('spec-version');
  });
});
