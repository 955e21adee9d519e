import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { checkManifest } from '../../src/manifest/check.ts';
import { amp, makeFolder } from '../manifest/amp.ts';
import { check, codes, findings, fixtures } from '../manifest/fixture.ts';

/** One Salesforce integration; `lines` go below its keys, indented by four. */
function crm(lines: string, provider = 'salesforce'): string {
  const body = lines.replace(/^/gm, '    ').trimEnd();
  return `specVersion: 1.0.0\nintegrations:\n  - name: crm\n    provider: ${provider}\n${body}\n`;
}

/** A manifest with one read object called contact and the given further lines. */
function reading(lines: string, more = '', provider = 'salesforce'): string {
  const object = [
    '- objectName: contact',
    '  destination: events',
    ...lines
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
  ];
  return crm(`read:\n  objects:\n${object.map((line) => `    ${line}`).join('\n')}\n${more}`, provider);
}

const scheduled = 'schedule: "*/15 * * * *"\noptionalFieldsAuto: all';

/** The read object contact and one subscribe object of the same name. */
function subscribing(lines: string, provider = 'salesforce'): string {
  const object = lines.trimEnd().replace(/^/gm, '      ');
  const block = `subscribe:\n  objects:\n    - objectName: contact\n      destination: events\n${object}`;
  return reading(scheduled, block, provider);
}

const inherit = 'inheritFieldsAndMapping: true';
const messages = (text: string, code: string) =>
  check(text)
    .diagnostics.filter((diagnostic) => diagnostic.code === code)
    .map((diagnostic) => diagnostic.message);
const hints = (text: string, code: string) =>
  check(text)
    .diagnostics.filter((diagnostic) => diagnostic.code === code)
    .map((diagnostic) => diagnostic.hint ?? '');
const errors = (text: string, options = {}) => findings(text, options).filter((finding) => finding.includes(' error '));
const withSchedule = (schedule: string) => reading(`schedule: "${schedule}"\noptionalFieldsAuto: all`);

describe('the manifest language', () => {
  test('MAN-1 camelCase names, objects without schedule and bracket paths pass', () => {
    const dir = makeFolder({
      'amp.yaml': `specVersion: 1.0.0
integrations:
  - name: pipelineSync
    provider: salesforce
    read:
      objects:
        - objectName: opportunity
          destination: crmEvents
          requiredFields:
            - fieldName: $['Owner']['Email']
              mapToName: $['owner']['email']
`,
    });
    const run = amp(dir, ['validate', '--json']);
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout).summary.errors).toBe(0);
  });

  test('MAN-2 the habits of published manifests are no errors', () => {
    const dir = makeFolder({ 'amp.yml': readFileSync(join(fixtures, '../manifests-many/as-published.yml'), 'utf8') });
    const run = amp(dir, ['validate', '--json']);
    expect(run.status).toBe(0);
    const { files, summary } = JSON.parse(run.stdout);
    expect(summary.errors).toBe(0);
    const unknown = files[0].diagnostics.filter((one: { code: string }) => one.code === 'unknown-key');
    expect(unknown).toHaveLength(3);
  });

  test('MAN-3 every specVersion but 1.0.0 is one error with its place', () => {
    const rest = 'integrations:\n  - name: crm\n    provider: salesforce\n    proxy: {enabled: true}\n';
    for (const version of ['0.9.0', '2.0.0', '1.0']) {
      expect(errors(`specVersion: ${version}\n${rest}`)).toEqual(['1:14 error spec-version']);
    }
    expect(errors(rest)).toEqual(['1:1 error spec-version']);
  });

  test('MAN-4 missing and empty integrations are pointed at', () => {
    expect(errors('specVersion: 1.0.0\n')).toEqual(['1:1 error integration-structure']);
    expect(errors('specVersion: 1.0.0\nintegrations: []\n')).toEqual(['2:15 error integration-structure']);
    expect(errors('specVersion: 1.0.0\nintegrations:\n')).toEqual(['2:1 error integration-structure']);
  });

  test('MAN-5 an integration that does nothing is named, watchSchema alone does not count', () => {
    expect(messages(crm('displayName: CRM'), 'integration-structure')).toEqual(['"crm" does nothing.']);
    const watching = crm('watchSchema: {destination: d, allObjects: {fieldCreated: {enabled: always}}}');
    expect(messages(watching, 'integration-structure')).toEqual(['"crm" does nothing.']);
  });

  test('MAN-6 a missing or blank name, provider or objectName is named with its parent', () => {
    const nameless = 'specVersion: 1.0.0\nintegrations:\n  - provider: salesforce\n    proxy: {enabled: true}\n';
    expect(messages(nameless, 'required-field')).toEqual(['This integration has no name.']);
    expect(messages(crm('proxy: {enabled: true}', "''"), 'required-field')).toEqual([
      'Integration "crm" has no provider.',
    ]);
    const unnamed = crm('write:\n  objects:\n    - objectName: contact\n    - objectName: ""');
    expect(messages(unnamed, 'required-field')).toEqual(['The second write object of "crm" has no objectName.']);
  });

  test('MAN-7 the second integration of a name is an error, another case a warning', () => {
    const one = (name: string) => `  - name: ${name}\n    provider: salesforce\n    proxy: {enabled: true}\n`;
    const file = `specVersion: 1.0.0\nintegrations:\n${one('crm')}${one('crm')}${one('Crm')}`;
    expect(findings(file)).toEqual([
      '6:11 error duplicate-integration-name',
      '9:11 warning duplicate-integration-name',
    ]);
  });

  test('MAN-8 names of 64 letters, digits, dashes and underscores pass, others do not', () => {
    const named = (name: string) => codes(crm('proxy: {enabled: true}').replace('name: crm', `name: ${name}`));
    for (const name of ['deepSync', 'a_b-9', 'x'.repeat(64)]) expect(named(name)).toEqual([]);
    for (const name of ['my sync!', 'x'.repeat(65)]) expect(named(name)).toEqual(['integration-name']);
  });

  test('MAN-9 empty read, write and subscribe blocks are errors that name the block', () => {
    expect(messages(crm('read: {}'), 'read-objects')).toEqual(['read has no objects.']);
    expect(messages(crm('write: {objects: []}'), 'write-objects')).toEqual(['write has no objects.']);
    expect(messages(reading(scheduled, 'subscribe: {objects: []}'), 'subscribe-objects')).toEqual([
      'subscribe has no objects.',
    ]);
  });

  test('MAN-10 updateEvent watches exactly one way', () => {
    const ways = [
      'watchFieldsAuto: all, requiredWatchFields: [email]',
      '',
      'requiredWatchFields: []',
      'watchFieldsAuto: some',
    ].map((way) => `updateEvent: {enabled: always${way === '' ? '' : `, ${way}`}}`);
    for (const way of ways)
      expect(errors(subscribing(`${inherit}\n${way}`))).toEqual([expect.stringContaining('update-event-watch-fields')]);
  });

  test('MAN-11 all, selected, or named watch fields pass', () => {
    for (const way of ['watchFieldsAuto: all', 'watchFieldsAuto: selected', 'requiredWatchFields: [email]']) {
      expect(codes(subscribing(`${inherit}\nupdateEvent: {enabled: always, ${way}}`))).toEqual([]);
    }
  });

  test('MAN-12 a subscribed object must be read', () => {
    const file = subscribing(`${inherit}\ncreateEvent: {enabled: always}`).replace(
      '- objectName: contact',
      '- objectName: lead',
    );
    expect(messages(file, 'subscribe-read-object')).toEqual(['"contact" is subscribed but not read.']);
    const alone = crm(
      `subscribe:\n  objects:\n    - objectName: contact\n      destination: e\n      ${inherit}\n      createEvent: {enabled: always}`,
    );
    expect(errors(alone)).toEqual([expect.stringContaining('subscribe-requires-read')]);
  });

  test('MAN-13 otherEvents alone need a read block, no read object of that name and no flag', () => {
    const file = subscribing('otherEvents: [UNDELETE]').replace('- objectName: contact', '- objectName: lead');
    expect(errors(file)).toEqual([]);
    const alone = crm(
      'subscribe:\n  objects:\n    - objectName: contact\n      destination: e\n      otherEvents: [UNDELETE]',
    );
    expect(errors(alone)).toEqual([expect.stringContaining('subscribe-requires-read')]);
  });

  test('MAN-14 events need the inherit flag; an object without events is only a warning', () => {
    for (const flag of ['', 'inheritFieldsAndMapping: false\n']) {
      expect(errors(subscribing(`${flag}deleteEvent: {enabled: always}`))).toEqual([
        expect.stringContaining('subscribe-inherit-fields'),
      ]);
    }
    expect(codes(subscribing('inheritFieldsAndMapping: false'))).toEqual(['subscribe-minimum-events']);
  });

  test('MAN-15 enabled: never is an error, no enabled a warning and off', () => {
    expect(codes(subscribing(`${inherit}\ncreateEvent: {enabled: never}`))).toEqual(['update-event-enabled']);
    const off = check(subscribing(`${inherit}\ncreateEvent: {}`));
    expect(off.diagnostics.filter((one) => one.severity === 'warning').map((one) => one.code)).toEqual([
      'event-enabled-missing',
    ]);
    expect(off.manifest?.integrations[0]?.subscribe?.objects[0]?.createEvent).toBe(false);
  });

  test('MAN-16 nested watch names are errors at their own places, an unread name passes', () => {
    const file = subscribing(
      `${inherit}\nupdateEvent:\n  enabled: always\n  requiredWatchFields:\n    - Address.Street\n    - phone\n    - Contact[0].Email`,
    );
    const lines = file.split('\n');
    const line = (word: string) => lines.findIndex((text) => text.includes(word)) + 1;
    expect(findings(file)).toEqual([
      `${line('Address.Street')}:17 error watch-fields-no-nesting`,
      `${line('Contact[0]')}:17 error watch-fields-no-nesting`,
    ]);
  });

  test('MAN-17 defaultPeriod wants exactly one whole, positive answer', () => {
    const period = (inner: string) => errors(reading(`${scheduled}\nbackfill: {defaultPeriod: {${inner}}}`));
    for (const bad of ['days: 1, fullHistory: true', '', 'days: -1', 'days: 1.5', "days: '3'"])
      expect(period(bad)).toHaveLength(1);
    for (const good of ['days: 0', 'days: 1000', 'fullHistory: false']) expect(period(good)).toEqual([]);
  });

  test('MAN-18 more than 180 days are pointed out', () => {
    const period = (inner: string) => codes(reading(`${scheduled}\nbackfill: {defaultPeriod: {${inner}}}`));
    expect(period('days: 181')).toEqual(['large-backfill-risk']);
    expect(period('fullHistory: true')).toEqual(['large-backfill-risk']);
    expect(period('days: 180')).toEqual([]);
  });

  test.each([
    '* * * * *',
    '*/5 * * * *',
    '*/9 * * * *',
    '0/7 * * * *',
    '0,5 * * * *',
    '61 * * * *',
    '0 25 * * *',
    '0 0 * * 8',
    '*/15 * * *',
    '0 */15 * * * *',
    'every fifteen minutes',
  ])('MAN-19 the schedule %s is an error', (schedule) => {
    expect(errors(withSchedule(schedule))).toHaveLength(1);
  });

  test.each(['*/10 * * * *', '*/60 * * * *', '0 */2 * * *', '0 9 * * 1', '0 9-17 * * MON-FRI', '0,15,30 * * * *'])(
    'MAN-20 the schedule %s is fine',
    (schedule) => {
      expect(codes(withSchedule(schedule))).toEqual([]);
    },
  );

  test('MAN-21 the verdict on a schedule does not depend on the clock', () => {
    const verdicts = ['*/55 * * * *', '0,5 9 * * *', '*/10 * * * *'].map((schedule) => {
      const seen = new Set<string>();
      for (let index = 0; index < 1000; index += 1) {
        // Every seventh moment is an exact tick of the ten minutes.
        vi.setSystemTime(index % 7 === 0 ? index * 600_000 : index * 86_461_003);
        seen.add(errors(withSchedule(schedule)).join());
      }
      return [...seen].map((text) => text.replace(/^.* /, ''));
    });
    vi.useRealTimers();
    expect(verdicts).toEqual([['schedule-minimum-interval'], ['schedule-minimum-interval'], ['']]);
  });

  test('MAN-22 a schedule that never comes is an error, @hourly shows its five fields', () => {
    expect(messages(withSchedule('0 0 31 2 *'), 'schedule-syntax')).toEqual([expect.stringContaining('never runs')]);
    expect(hints(withSchedule('@hourly'), 'schedule-syntax')).toEqual(['Use "0 * * * *".']);
  });

  test('MAN-23 an empty schedule is none, and inert only when nothing uses the object', () => {
    for (const schedule of ["schedule: ''\n", '']) {
      expect(codes(reading(`${schedule}optionalFieldsAuto: all`))).toEqual(['read-object-inert']);
    }
    expect(codes(reading('optionalFieldsAuto: all\nbackfill: {defaultPeriod: {days: 3}}'))).toEqual([]);
    expect(codes(reading('enabled: always\nrequiredFields: [{fieldName: email}]'))).toEqual([
      'always-enabled-schedule',
    ]);
    expect(codes(subscribing('otherEvents: [UNDELETE]').replace(/ *schedule:.*\n/, ''))).toEqual([]);
  });

  test('MAN-24 a destination is needed as soon as something is delivered', () => {
    const without = (lines: string) => reading(lines).replace(/ *destination: events\n/, '');
    expect(errors(without(scheduled))).toHaveLength(1);
    expect(errors(without('optionalFieldsAuto: all\nbackfill: {defaultPeriod: {days: 1}}'))).toHaveLength(1);
    const subscribed = subscribing(`${inherit}\ncreateEvent: {enabled: always}`)
      .replace('          destination: events\n', '')
      .replace(/ *schedule:.*\n/, '');
    expect(errors(subscribed)).toEqual([expect.stringContaining('required-field')]);
    expect(codes(without('optionalFieldsAuto: all\nenabled: always\nrequiredFields: [{fieldName: id}]'))).toContain(
      'destination-missing',
    );
  });

  test('MAN-25 watchSchema runs hourly at most, and daily when nothing is said', () => {
    const watching = (schedule: string) =>
      check(
        reading(
          scheduled,
          `watchSchema:\n  destination: events\n${schedule}  allObjects: {fieldCreated: {enabled: always}}`,
        ),
      );
    expect(watching('  schedule: "*/30 * * * *"\n').diagnostics.map((one) => one.code)).toContain(
      'watch-schema-interval',
    );
    for (const fine of ['0 * * * *', '0 0 */2 * *']) expect(watching(`  schedule: "${fine}"\n`).manifest).toBeDefined();
    expect(watching('').manifest?.integrations[0]?.watchSchema?.schedule).toBeUndefined();
  });

  test('MAN-26 watchSchema is part of the language', () => {
    const watching = (inner: string) => codes(reading(scheduled, `watchSchema: {${inner}}`));
    expect(
      watching(
        'destination: events, schedule: "0 3 * * *", allObjects: {fieldCreated: {enabled: always}, fieldDeleted: {enabled: always}, fieldChanged: {enabled: always}}',
      ),
    ).toEqual([]);
    expect(watching('allObjects: {fieldCreated: {enabled: always}}')).toEqual(['required-field']);
    expect(watching('destination: events')).toEqual(['required-field']);
    expect(watching('destination: events, allObjects: {}')).toEqual(['watch-schema-events']);
  });

  test('MAN-27 a mapped name is given once, prefixes included', () => {
    const mapped = (first: string, second: string) =>
      errors(
        reading(
          `schedule: "*/15 * * * *"\nrequiredFields:\n  - {fieldName: x, mapToName: "${first}"}\n  - {fieldName: z, mapToName: "${second}"}`,
        ),
      );
    expect(mapped('stage', 'stage')).toEqual([expect.stringContaining('field-mapping-unique')]);
    expect(mapped('a', "$['a']['b']")).toEqual([expect.stringContaining('field-mapping-unique')]);
    expect(mapped("$['a']['b']", "$['a']['c']")).toEqual([]);
  });

  test('MAN-28 one source under two names is a warning only where it is written', () => {
    const fields =
      'schedule: "*/15 * * * *"\nrequiredFields:\n  - {fieldName: stagename, mapToName: stage}\n  - {fieldName: stagename, mapToName: status}';
    expect(codes(reading(fields))).toEqual([]);
    expect(codes(reading(fields, 'write: {objects: [{objectName: contact, inheritMapping: true}]}'))).toEqual([
      'write-ambiguous-source',
    ]);
  });

  test('MAN-29 Account and account are one object in one action, two actions are fine', () => {
    const object = (name: string) =>
      `    - {objectName: ${name}, destination: e, schedule: "*/15 * * * *", optionalFieldsAuto: all}\n`;
    expect(codes(crm(`read:\n  objects:\n${object('Account')}${object('account')}`))).toEqual([
      'duplicate-read-object',
    ]);
    expect(errors(crm(`read:\n  objects:\n${object('Account')}write: {objects: [{objectName: Account}]}`))).toEqual([]);
  });

  test('MAN-30 a misspelt key is found at the key; --strict fails', () => {
    const dir = makeFolder({ 'amp.yaml': reading(`${scheduled}\nscheduel: "0 * * * *"`) });
    const run = amp(dir, ['validate', '--json']);
    expect(run.status).toBe(0);
    const [finding] = JSON.parse(run.stdout).files[0].diagnostics.filter(
      (one: { code: string }) => one.code === 'unknown-key',
    );
    expect(finding.location.start).toEqual({ line: 11, column: 11 });
    expect(finding.hint).toContain('"schedule"');
    expect(amp(dir, ['validate', '--strict']).status).toBe(1);
  });

  test('MAN-31 of an unknown parent nothing below is reported', () => {
    expect(codes(reading(`${scheduled}\nnotes:\n  owner: me\n  deep: {deeper: true}`))).toEqual(['unknown-key']);
  });

  test('MAN-32 the plural inherit flag is explained', () => {
    const file = subscribing('inheritFieldsAndMappings: true\ncreateEvent: {enabled: always}');
    expect(hints(file, 'unknown-key')).toEqual([
      expect.stringMatching(/inheritFieldsAndMapping\..*installation config/),
    ]);
  });

  test('MAN-33 bracket paths pass, everything else names the offset', () => {
    const path = (name: string) =>
      check(reading(`schedule: "*/15 * * * *"\nrequiredFields:\n  - fieldName: ${name}`)).diagnostics;
    for (const good of [`$['a.b']['c "d"']`, `$['x']`])
      expect(path(good).filter((one) => one.severity === 'error')).toEqual([]);
    const offsets = { "$['a'": 6, '$.a.b': 2, "$['']": 4, "$['a'][0]": 8 };
    for (const [bad, offset] of Object.entries(offsets)) {
      const fault = path(bad).find((one) => one.code === 'field-mapping-jsonpath');
      expect(fault?.message).toContain(`(character ${offset})`);
    }
  });

  test('MAN-34 field entries are mappings of text', () => {
    const entry = (text: string) => codes(reading(`schedule: "*/15 * * * *"\nrequiredFields:\n  - ${text}`));
    for (const bad of ['{}', 'name', '5', '{fieldName: 123}']) expect(entry(bad)).toEqual(['field-shape']);
    expect(entry('mapToName: note')).toEqual([]);
  });

  test('MAN-35 keys in another case count as the key', () => {
    const file = crm('proxy: {enabled: true}').replace('integrations', 'Integrations').replace('provider', 'PROVIDER');
    expect(codes(file)).toEqual(['key-case', 'key-case']);
    expect(check(file).manifest?.integrations[0]?.provider).toBe('salesforce');
  });

  test('MAN-36 no and 123 become text and are pointed out', () => {
    const checked = check(crm('proxy: {enabled: true}', 'no').replace('name: crm', 'name: 123'));
    expect(checked.manifest?.integrations[0]).toMatchObject({ name: '123', provider: 'false' });
    expect(checked.diagnostics.filter((one) => one.code === 'yaml-coerced-scalar')).toHaveLength(2);
  });

  test('MAN-37 the text "true" is no boolean', () => {
    expect(messages(crm('proxy: {enabled: "true"}'), 'yaml-type')).toEqual([
      'enabled is the text "true"; true or false is expected.',
    ]);
  });

  test('MAN-38 a key given twice is an error at the second', () => {
    expect(errors(`${crm('proxy: {enabled: true}')}specVersion: 1.0.0\n`)).toEqual(['6:1 error yaml-duplicate-key']);
  });

  test('MAN-39 hostile bytes give one clear diagnostic, soon', () => {
    const bomb = `specVersion: 1.0.0\na: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefghij']
      .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[index]}`).join(', ')}]`)
      .join('\n')}\nintegrations: []\n`;
    const hostile: [string, Uint8Array][] = [
      ['yaml-syntax', Buffer.from('integrations:\n\t- name: crm\n')],
      ['yaml-limits', Buffer.from(bomb)],
      ['yaml-limits', Buffer.from('['.repeat(3000) + ']'.repeat(3000))],
      ['yaml-limits', Buffer.from('a: '.repeat(1) + '{a: '.repeat(10_000))],
      [
        'yaml-limits',
        Buffer.from(Array.from({ length: 10_000 }, (_, depth) => `${' '.repeat(Math.min(depth, 90))}a:`).join('\n')),
      ],
      ['yaml-limits', Buffer.from('- '.repeat(100_000))],
      ['yaml-limits', Buffer.alloc(2_000_000, 'a: 1\n')],
      ['yaml-encoding', Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a])],
      ['yaml-encoding', Buffer.from('specVersion: 1.0.0\0\n')],
      ['yaml-encoding', Buffer.from('specVersion: 1.0.0\n', 'utf16le')],
    ];
    const before = process.memoryUsage().rss;
    for (const [code, bytes] of hostile) {
      // Processor time: a busy machine is not the checker's fault.
      const start = process.cpuUsage();
      const { diagnostics } = checkManifest({ file: 'amp.yaml', bytes });
      expect(diagnostics.map((one) => one.code)).toEqual([code]);
      const { user, system } = process.cpuUsage(start);
      expect((user + system) / 1000).toBeLessThan(1000);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(256_000_000);
  });

  test('MAN-40 what is only unusual is accepted', () => {
    const file = reading(scheduled);
    expect(codes(`\ufeff${file}`)).toEqual([]);
    expect(codes(file.replaceAll('\n', '\r\n'))).toEqual([]);
    expect(codes(file.trimEnd())).toEqual([]);
    const anchored = file
      .replace('- objectName: contact', '- &first\n          objectName: contact')
      .concat('        - {<<: *first, objectName: lead}\n');
    expect(check(anchored).manifest?.integrations[0]?.read?.objects[1]).toMatchObject({
      objectName: 'lead',
      destination: 'events',
    });
    expect(codes(`${file}---\nmore: true\n`)).toEqual(['yaml-multiple-documents']);
  });

  test('MAN-41 an always-read object names its fields', () => {
    expect(codes(reading('schedule: "*/15 * * * *"\nenabled: always\noptionalFieldsAuto: all'))).toEqual([
      'always-enabled-fields',
    ]);
    expect(codes(reading('enabled: always\nrequiredFields: [{fieldName: id}]'))).toEqual(['always-enabled-schedule']);
    expect(
      codes(reading('schedule: "*/15 * * * *"\nenabled: always\nrequiredFields: [{fieldName: id, mapToName: key}]')),
    ).toEqual(['always-enabled-mapping']);
  });

  test('MAN-42 delivery modes and their page sizes', () => {
    const delivery = (inner: string) => codes(reading(`${scheduled}\ndelivery: {${inner}}`));
    for (const bad of [
      'mode: auto, pageSize: 100',
      'mode: onRequest',
      'mode: onRequest, pageSize: 49',
      'mode: onRequest, pageSize: 501',
    ]) {
      expect(delivery(bad)).toContain('delivery-mode');
    }
    for (const good of ['mode: onRequest, pageSize: 50', 'mode: onRequest, pageSize: 500'])
      expect(delivery(good)).toEqual(['delivery-deprecated']);
  });

  test('MAN-43 six subscribe objects need the add-on', () => {
    const names = ['account', 'asset', 'campaign', 'case', 'contact', 'lead'];
    const reads = names
      .map((name) => `    - {objectName: ${name}, destination: e, optionalFieldsAuto: all}\n`)
      .join('');
    const subscribed = names
      .map((name) => `    - {objectName: ${name}, destination: e, otherEvents: [UNDELETE]}\n`)
      .join('');
    const file = (provider: string) =>
      crm(`read:\n  objects:\n${reads}subscribe:\n  objects:\n${subscribed}`, provider);
    expect(messages(file('salesforce'), 'salesforce-subscribe-limit')).toEqual([expect.stringContaining('5 entities')]);
    expect(errors(file('salesforce'))).toHaveLength(1);
    expect(codes(file('salesforce'), { skip: ['salesforce-subscribe-limit'] })).toEqual([]);
    expect(findings(file('salesforceJWT'))).toEqual([expect.stringContaining('warning salesforce-subscribe-limit')]);
  });

  test('MAN-44 events that Salesforce does not send', () => {
    expect(codes(subscribing(`${inherit}\nassociationChangeEvent: {enabled: always}`))).toEqual([
      'association-event-provider',
    ]);
    expect(hints(subscribing('otherEvents: [undelete]'), 'other-events-name')).toEqual(['Use "UNDELETE".']);
  });

  test('MAN-45 an unknown module lists the three there are', () => {
    const file = crm('module: marketing-cloud\nproxy: {enabled: true}');
    expect(errors(file)).toHaveLength(1);
    expect(hints(file, 'provider-module')).toEqual(['It has crm, account-engagement and account-engagement-demo.']);
  });

  test('MAN-46 the provider Salesforce is suggested as salesforce', () => {
    expect(hints(crm('proxy: {enabled: true}', 'Salesforce'), 'provider-not-supported')).toEqual([
      expect.stringContaining('"salesforce"'),
    ]);
  });

  test('MAN-47 blocks without effect are warnings', () => {
    expect(codes(crm('proxy: {}'))).toEqual(['proxy-enabled-missing']);
    expect(codes(crm('write: {objects: [{objectName: task, inheritMapping: true}]}'))).toEqual([
      'write-inherit-no-read',
    ]);
  });

  test('MAN-48 field entries that say too much or the wrong thing', () => {
    const field = (text: string) => reading(`schedule: "*/15 * * * *"\nrequiredFields:\n  - ${text}`);
    expect(codes(field('{fieldName: email, prompt: Which one?}'))).toEqual(['field-prompt-unused']);
    expect(codes(field('{mapToName: tier, default: Tier__c}'))).toEqual(['mapping-default-custom']);
    expect(hints(field('fieldName: Owner.Name'), 'field-path-dots')).toEqual(["Write $['Owner']['Name']."]);
  });

  test('MAN-49 contacts is suggested as contact offline', () => {
    const file = reading(scheduled).replace('objectName: contact', 'objectName: contacts');
    expect(findings(file)).toEqual(['7:23 warning object-exists']);
    expect(hints(file, 'object-exists')).toEqual(['Did you mean "contact"?']);
  });

  test('MAN-50 a destination the project lacks is one warning a name, and an error on deploy', () => {
    const file = reading(
      scheduled,
      'watchSchema: {destination: events, allObjects: {fieldCreated: {enabled: always}}}',
    );
    expect(codes(file, { knownDestinations: ['other'] })).toEqual(['destination-exists']);
    expect(errors(file, { knownDestinations: ['other'], missingDestinations: 'refuse' })).toHaveLength(2);
    expect(codes(file, { knownDestinations: ['events'] })).toEqual([]);
  });

  test('MAN-51 amp:ignore above a key, beside it or on a parent silences the warning there and below', () => {
    const above = reading(`${scheduled}\n# amp:ignore[unknown-key]\ncolour: red`);
    const beside = reading(`${scheduled}\ncolour: red # not ours, amp:ignore[unknown-key]`);
    const parent = reading(`${scheduled}\ncolour: red`).replace(
      '    read:',
      '    # amp:ignore[unknown-key]\n    read:',
    );
    for (const file of [above, beside, parent]) expect(codes(file)).toEqual([]);
    const dir = makeFolder({ 'amp.yaml': parent });
    expect(amp(dir, ['validate', '--strict']).status).toBe(0);
    expect(codes(reading(`${scheduled} # amp:ignore[unknown-key]\ncolour: red`))).toContain('unknown-key');
  });

  test('MAN-52 an error stays under amp:ignore, a misspelt rule is told', () => {
    expect(codes(withSchedule('*/5 * * * *').replace('*/5 * * * *"', '*/5 * * * *" # amp:ignore'))).toContain(
      'schedule-minimum-interval',
    );
    const misspelt = reading(`${scheduled}\ncolour: red # amp:ignore[unknown-kee]`);
    expect(codes(misspelt).sort()).toEqual(['directive-unknown-rule', 'unknown-key']);
  });

  test('MAN-53 thirty mistakes are thirty findings in file order, the same in two runs', () => {
    const file = readFileSync(join(fixtures, '../manifests-many/thirty.yaml'), 'utf8');
    const expected = [...file.matchAll(/# (\S+) at (\S+)/g)].map((match) => `${match[2]} ${match[1]}`);
    expect(expected.length).toBeGreaterThanOrEqual(30);
    const found = findings(file).map((finding) => finding.replace(/ (?:error|warning) /, ' '));
    expect(found).toEqual(expected);
    const dir = makeFolder({ 'amp.yaml': file });
    const runs = [1, 2].map(() => amp(dir, ['validate']).stdout);
    expect(runs[0]).toBe(runs[1]);
    expect(runs[0]).toContain('[schedule-syntax]');
  });

  test('MAN-54 JSON has code, severity, message, path and place, and stdout nothing else', () => {
    const dir = makeFolder({ 'amp.yaml': reading(`schedule: "*/5 * * * *"\nscheduel: x`) });
    const run = amp(dir, ['validate', '--json']);
    const { files, valid } = JSON.parse(run.stdout);
    expect(valid).toBe(false);
    expect(run.status).toBe(1);
    for (const finding of files[0].diagnostics) {
      expect(finding).toMatchObject({
        code: expect.any(String),
        severity: expect.any(String),
        message: expect.any(String),
      });
      expect(finding.path).toMatch(/^\$\.integrations\[0\]/);
      expect(finding.location.start.line).toBeGreaterThan(0);
      expect(finding.location.start.column).toBeGreaterThan(0);
    }
  });

  test('MAN-55 a read object without fields is a warning', () => {
    expect(codes(reading('schedule: "*/15 * * * *"'))).toEqual(['read-object-fields']);
  });

  test('MAN-56 a named file is checked, not the amp.yaml beside it', () => {
    const dir = makeFolder({ 'app/amp.yaml': 'not: valid\n', 'app/amp.yml': reading(scheduled) });
    const run = amp(dir, ['validate', 'app/amp.yml', '--json']);
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout).files.map((file: { file: string }) => file.file)).toEqual(['app/amp.yml']);
    expect(amp(dir, ['validate', 'app']).status).toBe(1);
  });
});
