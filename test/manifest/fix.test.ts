import { lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixText } from '../../src/manifest/fix.ts';
import { amp, makeFolder } from './amp.ts';
import { check } from './fixture.ts';

const fix = (text: string) => fixText(check(text), check).text;

const messy = `# Keep me.
Specversion: 1.0
integrations:   # two of them
  - name: crm   # the first
    provider: Salesforce
    read:
      objects:
        - objectName: contact
          destination: events
          scheduel: '@hourly'     # hourly
          requiredFields:
            - fieldName: $.owner.email
          backfill: {defaultPeriod: {days: '30'}}
          delivery:
            mode: auto
    subscribe:
      objects:
        - objectName: contact
          destination: events
          createEvent: {enabled: yes}
          otherEvents: [undelete]
    proxy: {enabled: "true"}
`;
const mended = `# Keep me.
specVersion: 1.0.0
integrations:   # two of them
  - name: crm   # the first
    provider: salesforce
    read:
      objects:
        - objectName: contact
          destination: events
          schedule: '0 * * * *'     # hourly
          requiredFields:
            - fieldName: $['owner']['email']
          backfill: {defaultPeriod: {days: 30}}
    subscribe:
      objects:
        - objectName: contact
          destination: events
          inheritFieldsAndMapping: true
          createEvent: {enabled: always}
          otherEvents: [UNDELETE]
    proxy: {enabled: true}
`;

describe('amp validate --fix', () => {
  test('repairs what has one right answer and keeps every other byte', () => {
    expect(fix(messy)).toBe(mended);
    expect(fix(mended)).toBe(mended);
    expect(check(mended).manifest).toBeDefined();
  });

  test('keeps line endings, whichever they are', () => {
    expect(fix(messy.replaceAll('\n', '\r\n'))).toBe(mended.replaceAll('\n', '\r\n'));
  });

  test('quotes schedules that YAML takes for aliases, all of them', () => {
    const broken = mended.replace("'0 * * * *'", '*/15 * * * *').replace('name: crm ', 'name: crm ');
    expect(fix(broken)).toBe(mended.replace("'0 * * * *'", '"*/15 * * * *"'));
  });

  test('adds a missing specVersion at the top, below the comments', () => {
    const text = '# note\nintegrations:\n  - name: crm\n    provider: salesforce\n    proxy: {enabled: true}\n';
    expect(fix(text)).toBe(text.replace('integrations', 'specVersion: 1.0.0\nintegrations'));
  });

  test('leaves alone what needs a decision', () => {
    for (const text of [
      mended.replace('days: 30', 'days: 30, fullHistory: true'),
      mended.replace('specVersion: 1.0.0', 'specVersion: 2.0.0'),
      mended.replace(
        'destination: events\n          schedule',
        'destination: events\n          schedule: "0 1 * * *"\n          schedule',
      ),
      mended.replace('enabled: true}', 'enabled: maybe}'),
    ]) {
      expect(fix(text)).toBe(text);
    }
  });

  test('does not rename a key onto one that is there', () => {
    const text = mended.replace(
      '          requiredFields:',
      '          scheduel: "0 1 * * *"\n          requiredFields:',
    );
    expect(fix(text)).toBe(text);
  });

  test('adds the inherit flag in the style of the object', () => {
    const flow = mended.replace(
      / {8}- objectName: contact\n {10}destination: events\n {10}inherit(?:.*\n)+? {4}proxy/,
      '        - {objectName: contact, destination: events, deleteEvent: {enabled: always}}\n    proxy',
    );
    expect(fix(flow)).toContain('{enabled: always}, inheritFieldsAndMapping: true}');
  });

  test('a value between brackets stays a value', () => {
    const flow = (field: string) =>
      `specVersion: 1.0.0\nintegrations: [{name: crm, provider: salesforce, read: {objects: [{objectName: lead, requiredFields: [${field}]}]}}]\n`;
    expect(fix(flow('{fieldName: $.Owner.Email}'))).toBe(flow(`{fieldName: "$['Owner']['Email']"}`));
    expect(fix(flow("{fieldName: '$.Owner.Email'}"))).toBe(flow("{fieldName: '$[''Owner''][''Email'']'}"));
    expect(fix(flow('email, "na me", 5'))).toBe(flow('{fieldName: email}, {fieldName: "na me"}, 5'));
    expect(check(flow('email')).findings.filter((finding) => finding.fix)).toHaveLength(1);
  });

  test('a schedule between brackets gets its quotes, too', () => {
    const text = mended.replace(
      '- objectName: contact\n',
      '- {objectName: lead, schedule: */15 * * * *, destination: d}\n        - objectName: contact\n',
    );
    expect(fix(text)).toBe(text.replace('*/15 * * * *', '"*/15 * * * *"'));
  });

  test('quotes stay as they were, and text over several lines is left alone', () => {
    const quoted = mended.replace('provider: salesforce', "provider: 'Salesforce'").replace('1.0.0', '"1.0"');
    expect(fix(quoted)).toBe(quoted.replace('Salesforce', 'salesforce').replace('"1.0"', '"1.0.0"'));
    const block = mended.replace('provider: salesforce', 'provider: |-\n      Salesforce');
    expect(fix(block)).toBe(block);
    const flag = mended
      .replace('enabled: true}', 'enabled: |-\n        true\n        }')
      .replace('proxy: {', 'proxy: { # x\n      ');
    expect(fix(flag)).toBe(flag);
  });

  test('values in another case are written as documented', () => {
    const text = mended
      .replace('provider: salesforce', 'provider: salesforce\n    module: CRM')
      .replace('createEvent: {enabled: always}', 'updateEvent: {enabled: Always, watchFieldsAuto: ALL}');
    expect(fix(text)).toBe(text.replace('CRM', 'crm').replace('Always', 'always').replace('ALL', 'all'));
  });

  test('a repair that would break something holds no other one up', () => {
    const text = mended
      .replace('provider: salesforce', 'provider: Salesforce')
      .replace('displayName', 'displayNam')
      .replace('backfill: {defaultPeriod: {days: 30}}', 'backfil: {defaultPeriod: {dais: never}}')
      .replace('otherEvents: [UNDELETE]', 'otherEvents: [undelete]');
    expect(fix(text)).toBe(text.replace('Salesforce', 'salesforce').replace('undelete', 'UNDELETE'));
    // What looks like one at first is mended by the next.
    const both = mended.replace('backfill: {defaultPeriod: {days: 30}}', 'backfil: {defaultPeriod: {day: 30}}');
    expect(fix(both)).toBe(mended);
  });

  test('a key that may be another word is not renamed', () => {
    const text = mended.replace(
      '    proxy',
      '    watchSchema: {destination: d, allObjects: {fieldRenamed: {enabled: always}}}\n    proxy',
    );
    expect(fix(text)).toBe(text);
  });

  test('writes the file, --dry-run shows a unified diff and writes nothing', () => {
    const dir = makeFolder({ 'amp.yaml': `\ufeff${messy}` });
    const dry = amp(dir, ['validate', '--fix', '--dry-run']);
    expect(dry.stdout).toContain('--- a/amp.yaml\n+++ b/amp.yaml\n@@ -1,');
    expect(dry.stdout).toContain('-    provider: Salesforce\n+    provider: salesforce');
    expect(readFileSync(join(dir, 'amp.yaml'), 'utf8')).toBe(`\ufeff${messy}`);
    const run = amp(dir, ['validate', '--fix']);
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('✓ amp.yaml: renamed scheduel to schedule');
    expect(readFileSync(join(dir, 'amp.yaml'), 'utf8')).toBe(`\ufeff${mended}`);
    expect(amp(dir, ['validate', '--fix', '--dry-run']).stdout).toContain('Nothing to repair.');
  });

  test('behind a link the file it leads to is repaired, and the link stays', () => {
    const dir = makeFolder({ 'shared/crm.yaml': messy });
    symlinkSync('shared/crm.yaml', join(dir, 'amp.yaml'));
    expect(amp(dir, ['validate', '--fix']).status).toBe(0);
    expect(lstatSync(join(dir, 'amp.yaml')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(dir, 'shared/crm.yaml'), 'utf8')).toBe(mended);
  });

  test('of standard input the repaired text is the result', () => {
    const run = amp(makeFolder({}), ['validate', '-', '--fix'], { input: messy });
    expect(run.stdout.startsWith(mended.trimEnd())).toBe(true);
  });
});
