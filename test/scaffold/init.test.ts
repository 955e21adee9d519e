import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { templateNames, templateProviders } from '../../src/scaffold/template.ts';
import { amp, makeFolder } from '../manifest/amp.ts';
import { check } from '../manifest/fixture.ts';

describe('amp init', () => {
  const all = templateProviders.flatMap((provider) => templateNames.map((template) => ({ provider, template })));

  test.each(all)('the $template template for $provider passes amp validate --strict', ({ provider, template }) => {
    const dir = makeFolder({});
    expect(amp(dir, ['init', '--provider', provider, '--template', template, '--yes']).status).toBe(0);
    const run = amp(dir, ['validate', '--strict']);
    expect({ status: run.status, stderr: run.stderr, stdout: run.stdout }).toEqual({
      status: 0,
      stderr: '',
      stdout: '✓ amp.yaml is valid.\n',
    });
  });

  test('ONB-5 the default: every 15 minutes, accounts and opportunities both ways, contacts only read', () => {
    const dir = makeFolder({});
    expect(amp(dir, ['init']).status).toBe(0);
    const { manifest, diagnostics } = check(readFileSync(join(dir, 'amp.yaml'), 'utf8'));
    expect(diagnostics.filter((one) => one.severity !== 'info')).toEqual([]);
    const [integration] = manifest!.integrations;
    expect(integration!.read!.objects.map(({ objectName, schedule }) => [objectName, schedule])).toEqual([
      ['account', '*/15 * * * *'],
      ['opportunity', '*/15 * * * *'],
      ['contact', '*/15 * * * *'],
    ]);
    expect(integration!.write!.objects.map((object) => object.objectName)).toEqual(['account', 'opportunity']);
  });

  test('amp.yaml may be read by whom the umask says, and a repair keeps the mode it has', () => {
    const dir = makeFolder({});
    expect(amp(dir, ['init']).status).toBe(0);
    const file = join(dir, 'amp.yaml');
    expect(statSync(file).mode & 0o777).toBe(0o666 & ~process.umask());
    writeFileSync(file, readFileSync(file, 'utf8').replace('schedule: "*/15 * * * *"', 'Schedule: "*/15 * * * *"'));
    chmodSync(file, 0o664);
    const { status, stdout } = amp(dir, ['validate', '--fix']);
    expect(status, stdout).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toContain('Schedule:');
    expect(statSync(file).mode & 0o777).toBe(0o664);
  });

  test('in a folder of its own the next steps begin there; where none can be made that is said', () => {
    const dir = makeFolder({ 'a-file': '' });
    expect(amp(dir, ['init', 'apps/my crm']).stdout).toContain("cd 'apps/my crm'");
    expect(amp(dir, ['init', '--force', '.']).stdout).not.toContain('cd ');
    const run = amp(dir, ['init', 'a-file/crm', '--json']);
    expect(run.status).toBe(1);
    expect(JSON.parse(run.stdout).diagnostics).toMatchObject([{ code: 'file-unwritable' }]);
  });

  test('the state folder keeps itself out of version control', () => {
    const dir = makeFolder({});
    expect(amp(dir, ['init']).status).toBe(0);
    expect(readFileSync(join(dir, '.amp', '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('an existing manifest is never overwritten without --force', () => {
    const dir = makeFolder({ 'amp.yml': 'mine: true\n' });
    const refused = amp(dir, ['init', '--json']);
    expect(refused.status).toBe(1);
    expect(JSON.parse(refused.stdout).diagnostics[0].code).toBe('file-exists');
    expect(readFileSync(join(dir, 'amp.yml'), 'utf8')).toBe('mine: true\n');
    expect(amp(dir, ['init', '--force']).status).toBe(0);
    expect(readFileSync(join(dir, 'amp.yml'), 'utf8')).toContain('specVersion: 1.0.0');
  });

  test('the modeline names a schema that is there', () => {
    const dir = makeFolder({});
    amp(dir, ['init', 'app', '--name', 'my-sync', '--destination', 'crm']);
    const text = readFileSync(join(dir, 'app/amp.yaml'), 'utf8');
    const path = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text)?.[1];
    expect(existsSync(join(dir, 'app', path!))).toBe(true);
    expect(text).toContain('name: my-sync');
    expect(text).toContain('destination: crm');
  });

  test('names that deploy would refuse are refused', () => {
    const dir = makeFolder({});
    for (const flags of [
      ['--name', 'my sync!'],
      ['--provider', 'nosuch'],
      ['--destination', 'a b'],
    ]) {
      expect(amp(dir, ['init', ...flags]).status).toBe(64);
    }
    expect(existsSync(join(dir, 'amp.yaml'))).toBe(false);
  });
});
