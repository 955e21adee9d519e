import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amp, makeFolder } from '../manifest/amp.ts';

const valid = `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    proxy: {enabled: true}
`;
const files = (stdout: string) => JSON.parse(stdout).files.map((file: { file: string }) => file.file);

describe('amp validate', () => {
  test('several files, folders and standard input are checked together, each once', () => {
    const dir = makeFolder({ 'a.yaml': valid, 'one/amp.yaml': valid, 'two/amp.yml': valid, 'two/amp.yaml': valid });
    const run = amp(dir, ['validate', 'a.yaml', 'one', 'two', './a.yaml', '-', '--json'], { input: valid });
    expect(run.status).toBe(0);
    expect(files(run.stdout)).toEqual(['a.yaml', 'one/amp.yaml', 'two/amp.yaml', 'stdin']);
  });

  test('a folder without a manifest stands for those below it, but not for other people’s', () => {
    const dir = makeFolder({
      'apps/b/amp.yaml': valid,
      'apps/a/amp.yml': valid,
      'apps/node_modules/x/amp.yaml': valid,
      'apps/a/deep/amp.yaml': valid,
    });
    expect(files(amp(dir, ['validate', 'apps', '--json']).stdout)).toEqual([
      'apps/a/amp.yml',
      'apps/a/deep/amp.yaml',
      'apps/b/amp.yaml',
    ]);
  });

  test('without a path the nearest manifest above is checked', () => {
    const dir = makeFolder({ 'amp.yml': valid, 'src/deep/x.txt': '' });
    expect(files(amp(join(dir, 'src/deep'), ['validate', '--json']).stdout)).toHaveLength(1);
    expect(files(amp(dir, ['validate', '--file', 'amp.yml', '--json']).stdout)).toEqual(['amp.yml']);
  });

  test.each([
    ['a path that is not there', ['nosuch.yaml']],
    ['a folder without manifests', ['empty']],
    ['an empty path', ['']],
    ['a rule that is none', ['amp.yaml', '--skip', 'no-such-rule']],
    ['a rule that cannot be skipped', ['amp.yaml', '--skip', 'yaml-syntax']],
    ['--dry-run alone', ['amp.yaml', '--dry-run']],
    ['a rule to explain that is none', ['--explain', 'unknown-keey']],
  ])('%s is a wrong command line', (_name, args) => {
    const dir = makeFolder({ 'amp.yaml': valid });
    mkdirSync(join(dir, 'empty'));
    const run = amp(dir, ['validate', ...args, '--json']);
    expect(run.status).toBe(64);
    expect(JSON.parse(run.stdout).diagnostics).toHaveLength(1);
  });

  test('no manifest at all is a wrong command line', () => {
    expect(amp(makeFolder({}), ['validate']).status).toBe(64);
  });

  test('a folder called amp.yaml is not a manifest', () => {
    const dir = makeFolder({ 'amp.yaml/x': '' });
    const run = amp(dir, ['validate']);
    expect(run.status).toBe(64);
    expect(run.stderr).not.toContain('at ');
  });

  test('--explain prints what a rule means', () => {
    const run = amp(makeFolder({}), ['validate', '--explain', 'schedule-minimum-interval']);
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('smallest gap');
    expect(JSON.parse(amp(makeFolder({}), ['validate', '--explain', 'unknown-key', '--json']).stdout).severity).toBe(
      'warning',
    );
  });

  test('notes show with --verbose only', () => {
    const dir = makeFolder({
      'amp.yaml': valid.replace('proxy: {enabled: true}', 'write: {objects: [{objectName: lead}]}') + watch,
    });
    expect(amp(dir, ['validate']).stdout).not.toContain('destination-exists');
    expect(amp(dir, ['validate', '--verbose']).stdout).toContain('note 1 destination not checked');
  });

  // The twelve hostile manifests: each ends in one clear finding, no stack trace, no hang.
  const hostile: [string, string | Uint8Array, string | undefined][] = [
    ['deep nesting', '['.repeat(3000) + ']'.repeat(3000), 'yaml-limits'],
    ['an alias bomb', `a: &a [x, x, x, x, x, x, x, x, x]\n${bomb()}`, 'yaml-limits'],
    ['a byte order mark', `\ufeff${valid}`, undefined],
    ['CRLF', valid.replaceAll('\n', '\r\n'), undefined],
    ['duplicate keys', `${valid}specVersion: 1.0.0\n`, 'yaml-duplicate-key'],
    ['tabs', 'integrations:\n\t- name: x\n', 'yaml-syntax'],
    ['two megabytes', Buffer.alloc(2_000_000, `${valid}# and on\n`), 'yaml-limits'],
    ['not UTF-8', Buffer.from('name: caf\xe9\n', 'latin1'), 'yaml-encoding'],
    ['nothing', '', 'yaml-type'],
    ['a list at top level', '- name: crm\n', 'yaml-type'],
    ['a second document', `${valid}---\nmore: true\n`, 'yaml-multiple-documents'],
  ];

  test.each(hostile)('%s ends in one clear diagnostic', (_name, content, code) => {
    const run = amp(makeFolder({ 'amp.yaml': content }), ['validate', '--json']);
    const found = JSON.parse(run.stdout).files[0].diagnostics.filter(
      (one: { severity: string }) => one.severity !== 'info',
    );
    expect(found.map((one: { code: string }) => one.code)).toEqual(code === undefined ? [] : [code]);
    expect(run.stderr).toBe('');
  });
});

const watch = '    watchSchema: {destination: d, allObjects: {fieldCreated: {enabled: always}}}\n';

function bomb(): string {
  const names = [...'abcdefg'];
  return names
    .slice(1)
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${names[index]}`).join(', ')}]\n`)
    .join('');
}
