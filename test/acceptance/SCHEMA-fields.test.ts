import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseFieldsFile } from '../../src/custom-fields/parse-fields-file.ts';
import { applyFields } from '../../src/providers/salesforce/custom-fields/apply-fields.ts';
import { planFields } from '../../src/providers/salesforce/custom-fields/plan-fields.ts';
import { isolatedEnvironment, runAmp } from '../cli/run-amp.ts';
import { startReadWorld, type TestWorld } from '../read/read-world.ts';

let world: TestWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const signal = new AbortController().signal;

async function startFields() {
  world = await startReadWorld({ frozenClock: false });
  const { client, org, emulator } = world;
  const rows = async (soql: string) =>
    (await client.json<{ records: Record<string, unknown>[] }>({ path: 'query', query: { q: soql } })).body.records;
  const plan = (text: string) => {
    const { definitions, diagnostics } = parseFieldsFile('fields.yaml', Buffer.from(text));
    expect(diagnostics).toEqual([]);
    return planFields(client, definitions, signal);
  };
  const apply = async (text: string) => applyFields(client, await plan(text), { signal });
  return { apply, plan, rows, client, org, emulator, requests: world.requests };
}

const file = `fields:
  account:
    - {fieldName: Fit_Score__c, displayName: Fit score, valueType: float, numericOptions: {precision: 5, scale: 2}}
    - {fieldName: Acme_Id__c, displayName: Acme id, valueType: string, stringOptions: {length: 40}, unique: true, indexed: true}
    - {fieldName: Must__c, displayName: Must, valueType: string, required: true}
    - {fieldName: Notes__c, displayName: Notes, valueType: string, stringOptions: {length: 5000}}
    - fieldName: Plan__c
      displayName: Plan
      valueType: singleSelect
      stringOptions: {values: [Gold, Silver], valuesRestricted: true, defaultValue: Silver}
  Opportunity:
    - {fieldName: Referred_By__c, displayName: Referred by, valueType: reference, association: {targetObject: Account}}
`;

const actions = (outcome: Awaited<ReturnType<typeof applyFields>>) =>
  Object.values(outcome.fields).flatMap((fields) => Object.values(fields).map(({ action }) => action));

test('SCHEMA-8 a custom field upserted twice is `create` and then `none`; the permission set is assigned once', async () => {
  const { apply, rows, client, requests } = await startFields();
  const first = await apply(file);
  expect(first).toMatchObject({ success: true, permissionSet: { action: 'create', assigned: 'create' } });
  expect(actions(first)).toEqual(['create', 'create', 'create', 'create', 'create', 'create']);
  // A required field is visible to everybody and must not be granted.
  expect(first.permissionSet.granted).not.toContain('Account.Must__c');
  expect(first.permissionSet.granted).toHaveLength(5);

  const before = requests.length;
  const second = await apply(file);
  expect(actions(second)).toEqual(['none', 'none', 'none', 'none', 'none', 'none']);
  expect(second.permissionSet).toMatchObject({ action: 'none', granted: [], assigned: 'none' });
  expect(requests.slice(before).filter((line) => !line.startsWith('GET'))).toEqual([]);
  expect(await rows('SELECT AssigneeId FROM PermissionSetAssignment')).toMatchObject([{ AssigneeId: client.userId }]);
  expect(await rows('SELECT Name FROM PermissionSet')).toMatchObject([{ Name: 'IntegrationCustomFieldVisibility' }]);

  const { body } = await client.json<{ fields: Record<string, unknown>[] }>({ path: 'sobjects/Account/describe' });
  const described = (name: string) => body.fields.find((field) => field.name === name);
  expect(described('Fit_Score__c')).toMatchObject({ type: 'double', precision: 5, scale: 2 });
  expect(described('Acme_Id__c')).toMatchObject({ type: 'string', length: 40, unique: true, externalId: true });
  expect(described('Must__c')).toMatchObject({ nillable: false });
  expect(described('Notes__c')).toMatchObject({ type: 'textarea', length: 5000 });
  expect(described('Plan__c')).toMatchObject({ type: 'picklist', restrictedPicklist: true, defaultValue: 'Silver' });
});

test('an update keeps the rows, the customer’s own picklist values and settings, and never narrows', async () => {
  const { apply, plan, client, emulator } = await startFields();
  await apply(file);
  const { body } = await client.json<{ id: string }>({
    method: 'POST',
    path: 'sobjects/Account',
    body: { Name: 'Kept', Plan__c: 'Gold', Must__c: 'x', Acme_Id__c: 'a-1' },
  });
  const query = "SELECT Id FROM CustomField WHERE DeveloperName = 'Plan'";
  const { body: found } = await client.json<{ records: { Id: string }[] }>({
    path: 'tooling/query',
    query: { q: query },
  });
  const path = `tooling/sobjects/CustomField/${found.records[0]!.Id}`;
  const { body: planField } = await client.json<{
    Metadata: { valueSet: { valueSetDefinition: { value: object[] } } };
  }>({
    path,
  });
  planField.Metadata.valueSet.valueSetDefinition.value.push({ valueName: 'Platinum', label: 'Platinum' });
  const changed = { ...planField.Metadata, inlineHelpText: 'Ask Ada' };
  await client.json({ method: 'PATCH', path, body: { Metadata: changed } });

  const wanted = `fields:
  Account:
    - {fieldName: Acme_Id__c, displayName: Acme number, valueType: string, stringOptions: {length: 20}, unique: true, indexed: true}
    - fieldName: Plan__c
      displayName: Plan
      valueType: singleSelect
      stringOptions: {values: [Gold, Silver, Bronze], valuesRestricted: true, defaultValue: Bronze}
`;
  const planned = await plan(wanted);
  expect(planned.fields.map(({ action, changes, warnings }) => ({ action, changes, warnings }))).toEqual([
    { action: 'update', changes: ['label'], warnings: ['length stays 40: making it 20 could cut values.'] },
    {
      action: 'update',
      changes: ['values + Bronze', 'default value'],
      warnings: ['Values that are only in the org stay: 1.'],
    },
  ]);
  expect((await apply(wanted)).success).toBe(true);
  const { body: after } = await client.json<{ Metadata: typeof changed }>({ path });
  expect(after.Metadata.inlineHelpText).toBe('Ask Ada');
  expect(after.Metadata.valueSet.valueSetDefinition.value).toMatchObject([
    { valueName: 'Gold', default: false },
    { valueName: 'Silver', default: false },
    { valueName: 'Platinum', default: false },
    { valueName: 'Bronze', default: true },
  ]);
  const row = await client.json<Record<string, unknown>>({ path: `sobjects/Account/${body.id}?fields=Plan__c` });
  expect(row.body.Plan__c).toBe('Gold');
  expect(emulator.orgId).toBe(client.orgId);
});

test('another type, or an object the org does not have, changes nothing', async () => {
  const { apply, requests } = await startFields();
  await apply(file);
  const before = requests.length;
  const asText = 'fields: {Account: [{fieldName: Fit_Score__c, displayName: Fit, valueType: string}]}';
  await expect(apply(asText)).rejects.toMatchObject({
    code: 'fields-type-fixed',
    message: 'Account.Fit_Score__c is a Number field in the org; the file asks for Text.',
  });
  const nowhere = 'fields: {Acount: [{fieldName: A__c, displayName: A, valueType: string}]}';
  await expect(apply(nowhere)).rejects.toMatchObject({ code: 'fields-object-unknown' });
  expect(requests.slice(before).filter((line) => !line.startsWith('GET'))).toEqual([]);
});

test('a field the org refuses is named, the others are made and shown', async () => {
  const { apply } = await startFields();
  const outcome = await apply(`fields:
  Account:
    - {fieldName: Good__c, displayName: Good, valueType: boolean}
    - {fieldName: Bad__c, displayName: Bad, valueType: reference, association: {targetObject: Nothing__c}}
`);
  expect(outcome.success).toBe(false);
  expect(outcome.fields.Account).toMatchObject({ Good__c: { action: 'create' }, Bad__c: { error: {} } });
  expect(outcome.fields.Account!.Good__c!.error).toBeUndefined();
  expect(outcome.permissionSet.granted).toEqual(['Account.Good__c']);
});

test('on the command line: the plan, the question, and mistakes with their place', async () => {
  const { emulator, client } = await startFields();
  const folder = mkdtempSync(join(tmpdir(), 'amp-fields-'));
  writeFileSync(join(folder, 'fields.yaml'), file);
  const env = {
    ...isolatedEnvironment(),
    AMP_ORG_INSTANCE_URL: emulator.url,
    AMP_ORG_ACCESS_TOKEN: emulator.signIn().accessToken,
  };
  const amp = (...args: string[]) => runAmp(['org', 'fields', 'apply', ...args], { env, cwd: folder });
  const dry = await amp('fields.yaml', '--dry-run');
  expect(dry).toMatchObject({ code: 0, stdout: '6 to create, permission set to change.\n' });
  expect(dry.stderr).toContain('+ Account.Fit_Score__c');
  expect((await amp('fields.yaml')).code).toBe(64);
  const made = await amp('fields.yaml', '--yes', '--json');
  expect(made.code).toBe(0);
  expect(JSON.parse(made.stdout)).toMatchObject({
    success: true,
    dryRun: false,
    fields: { Account: { Plan__c: { fieldName: 'Plan__c', action: 'create', warnings: [] } } },
    permissionSet: { name: 'IntegrationCustomFieldVisibility', action: 'create', assigned: 'create', refused: [] },
  });
  expect((await amp('fields.yaml')).stdout).toBe('6 as they should be.\n');
  writeFileSync(
    join(folder, 'bad.yaml'),
    'fields:\n  Account:\n    - {fieldName: x, displayName: X, valueType: int}\n',
  );
  const bad = await amp('bad.yaml');
  expect(bad.code).toBe(1);
  expect(bad.stderr).toContain('bad.yaml:3:19');
  expect(client.apiCalls).toBeGreaterThanOrEqual(0);
});
