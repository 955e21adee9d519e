import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { describe, expect, test } from 'vitest';
import { rules } from '../../src/manifest/rules/index.ts';
import type { ValidationReport } from '../../src/validation/check-files.ts';
import { amp, makeFolder } from '../manifest/amp.ts';
import { fixtures } from '../manifest/fixture.ts';

const thirty = readFileSync(join(fixtures, '../manifests-many/thirty.yaml'), 'utf8');
const dir = makeFolder({
  'amp.yaml': thirty,
  'odd/a & b/amp.yaml': thirty.replace('CRM', 'C%R,M: "<é>"'),
  'fine.yaml': fine(),
});
const run = (format: string, ...more: string[]) => amp(dir, ['validate', 'amp.yaml', '--format', format, ...more]);

function fine(): string {
  return readFileSync(join(fixtures, 'spec-version/pass.yaml'), 'utf8');
}

/** `code line:column` of every error and warning. */
const places = {
  json: (text: string) =>
    (JSON.parse(text) as ValidationReport).files
      .flatMap((file) => file.diagnostics)
      .filter((one) => one.severity !== 'info')
      .map((one) => `${one.code} ${one.location!.start.line}:${one.location!.start.column}`),
  sarif: (text: string) =>
    (JSON.parse(text) as Log).runs[0]!.results!.filter((result) => result.level !== 'note').map((result) => {
      const region = result.locations![0]!.physicalLocation!.region!;
      return `${result.ruleId} ${region.startLine}:${region.startColumn}`;
    }),
  github: (text: string) =>
    [...text.matchAll(/^::(?:error|warning) file=.*?,line=(\d+),col=(\d+),.*?title=([\w-]+)::/gm)].map(
      (match) => `${match[3]} ${match[1]}:${match[2]}`,
    ),
  junit: (text: string) =>
    [
      ...text.matchAll(
        /<testcase classname="[^"]*" name="([\w-]+) (\d+:\d+)">\n\s*<(?:failure|system-out>(?:error|warning))/g,
      ),
    ].map((match) => `${match[1]} ${match[2]}`),
  text: (text: string) =>
    [...text.matchAll(/\[([\w-]+)\]\n\s*─→ amp\.yaml:(\d+:\d+)/g)].map((match) => `${match[1]} ${match[2]}`),
};

describe('the formats of amp validate', () => {
  test('all five tell the same findings at the same places', () => {
    const expected = places.json(run('json').stdout);
    expect(expected.length).toBeGreaterThanOrEqual(30);
    for (const format of ['sarif', 'github', 'junit', 'text'] as const) {
      expect({ format, found: places[format](run(format).stdout) }).toEqual({ format, found: expected });
    }
  });

  test.each(['text', 'sarif', 'github', 'junit'])('%s is pinned', async (format) => {
    const { stdout, stderr, status } = run(format);
    expect({ stderr, status }).toEqual({ stderr: '', status: 1 });
    const extension = { text: 'txt', sarif: 'sarif', github: 'github.txt', junit: 'xml' }[format];
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    await expect(stdout.replaceAll(`"${version}"`, '"<version>"')).toMatchFileSnapshot(
      `../../fixtures/manifests-many/thirty.${extension}`,
    );
  });

  test('SARIF has what code scanning needs: every rule with help, regions within the lines, relative addresses', () => {
    const log = JSON.parse(amp(dir, ['validate', 'odd', 'fine.yaml', '--format', 'sarif']).stdout) as Log;
    expect(log.version).toBe('2.1.0');
    const [scan] = log.runs;
    expect(scan!.tool.driver.rules!.map((rule) => rule.id)).toEqual(rules.map((rule) => rule.id));
    for (const rule of scan!.tool.driver.rules!) expect(rule.help!.text.length).toBeGreaterThan(30);
    expect(scan!.artifacts!.map((artifact) => artifact.location!.uri)).toEqual([
      'odd/a%20%26%20b/amp.yaml',
      'fine.yaml',
    ]);
    for (const result of scan!.results!) {
      expect(scan!.tool.driver.rules![result.ruleIndex!]!.id).toBe(result.ruleId);
      const region = result.locations![0]!.physicalLocation!.region!;
      expect(region.endLine).toBeGreaterThanOrEqual(region.startLine!);
    }
  });

  test('GitHub annotations and JUnit escape what they must', () => {
    const github = amp(dir, ['validate', 'odd', '--format', 'github']).stdout;
    expect(github).toContain('file=odd/a & b/amp.yaml,line=');
    expect(github).not.toMatch(/::error [^\n]*%(?!0A|25|3A|2C|0D)/);
    const junit = amp(dir, ['validate', 'odd', '--format', 'junit']).stdout;
    expect(junit).toContain('classname="odd/a &amp; b/amp.yaml"');
    expect(junit).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#10;)/);
  });

  test('JUnit counts: warnings are failures only with --strict', () => {
    const failures = (text: string) => Number(/<testsuites [^>]*failures="(\d+)"/.exec(text)?.[1]);
    const report = JSON.parse(run('json').stdout).summary;
    expect(failures(run('junit').stdout)).toBe(report.errors);
    expect(failures(run('junit', '--strict').stdout)).toBe(report.errors + report.warnings);
  });

  test('inside GitHub Actions annotations are the default, on request anything else', () => {
    const env = { GITHUB_ACTIONS: 'true' };
    expect(amp(dir, ['validate'], { env }).stdout).toMatch(/^::warning file=amp\.yaml/);
    expect(amp(dir, ['validate', '--format', 'text'], { env }).stdout).toMatch(/^warning /);
    expect(JSON.parse(amp(dir, ['validate', '--json'], { env }).stdout).valid).toBe(false);
  });
});
