import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli/program.ts';
import { describeSurface, type Surface } from '../../src/cli/surface.ts';
import { commands } from '../../src/commands/index.ts';
import { runAmp } from './run-amp.ts';

const dist = join(import.meta.dirname, '../../dist');
const flatten = (surface: Surface[]): Surface[] =>
  surface.flatMap((command) => [command, ...flatten(command.children)]);

describe('the command line', () => {
  test('amp, amp help and amp --help print the same help and exit 0', async () => {
    const [bare, help, flag] = await Promise.all([runAmp([]), runAmp(['help']), runAmp(['--help'])]);
    expect(bare).toEqual(help);
    expect(help).toEqual(flag);
    expect(flag).toMatchObject({ code: 0, stderr: '' });
    expect(flag.stdout).toContain('amp demo');
  });

  test('version is printed alike by amp version and amp --version', async () => {
    const [command, flag] = await Promise.all([runAmp(['version']), runAmp(['--version'])]);
    expect(command).toEqual(flag);
    expect(flag.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('version --json is JSON', async () => {
    const [command, flag] = await Promise.all([runAmp(['version', '--json']), runAmp(['--version', '--json'])]);
    expect(JSON.parse(command.stdout)).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    expect(flag.stdout).toBe(command.stdout);
  });

  test('DEPLOY-35 an unknown command, an unknown flag and a missing argument exit 64 with empty stdout', async () => {
    for (const argv of [['frobnicate'], ['completion', '--frob', 'bash'], ['completion']]) {
      const result = await runAmp(argv);
      expect(result, argv.join(' ')).toMatchObject({ code: 64, stdout: '' });
      expect(result.stderr, argv.join(' ')).toContain('[usage]');
    }
  });

  test.each([
    ['backfill contact --full --days 3', '--full and --days exclude each other'],
    ['backfill contact --full --group acme --org other', 'leave --org out'],
    ['read contact --group acme --org other', 'leave --org out'],
    ['search contact --where Name=x --group acme --org other', 'leave --org out'],
    ['write contact --type create --record {} --group acme --org other', 'leave --org out'],
    ['tail contact --group acme --org other', 'leave --org out'],
    ['proxy GET limits --group acme --org other', 'leave --org out'],
    ['read contact --since 2026-02-02 --until 2026-02-01', 'is not after --since'],
    ['events list --since 1h --until 2h', 'is not after --since'],
  ])('flags that contradict each other are refused, not half heard: amp %s', async (line, says) => {
    const env = { AMP_STATE_DIR: mkdtempSync(join(tmpdir(), 'amp-flags-')) };
    const result = await runAmp(line.split(' '), { env });
    expect([result.code, result.stdout, result.stderr]).toEqual([64, '', expect.stringContaining(says)]);
  });

  test('a missing argument is answered with an example', async () => {
    const { code, stderr } = await runAmp(['proxy', '/services/data']);
    expect([code, stderr]).toEqual([64, expect.stringMatching(/help As in amp proxy .+; see amp proxy --help\./)]);
  });

  test('a typo is answered with the nearest command', async () => {
    expect((await runAmp(['complation'])).stderr).toContain('Did you mean completion?');
  });

  test('with --json a wrong command line is one JSON document on stdout', async () => {
    const result = await runAmp(['completion', 'tcsh', '--json']);
    expect(result.code).toBe(64);
    expect(JSON.parse(result.stdout).diagnostics[0]).toMatchObject({ code: 'usage', severity: 'error' });
    expect(result.stderr).toBe('');
  });

  test('help fits 80 columns and shows examples for every command', async () => {
    for (const command of flatten(await describeSurface(commands))) {
      const name = command.path.join(' ');
      const parsed = await parseCommandLine([...command.path, '--help'], commands, '1.0.0');
      expect(parsed.kind, name).toBe('text');
      const text = parsed.kind === 'text' ? parsed.text : '';
      expect(text, name).toContain(`Usage: amp ${name}`);
      if (command.args) expect(text, name).toContain('Examples:');
      const prose = text.split('\nExamples:')[0]!;
      for (const line of prose.split('\n')) expect(line.length, `${name}: ${line}`).toBeLessThanOrEqual(80);
    }
  });

  test('the list that help shows says what the commands say', async () => {
    const walk = async (list: typeof commands): Promise<void> => {
      for (const entry of list) {
        const loaded = await entry.load();
        expect(loaded.name).toBe(entry.name);
        expect(loaded.summary, entry.name).toBe(entry.summary);
        if ('commands' in loaded) await walk(loaded.commands);
      }
    };
    await walk(commands);
  });

  test('start-up reads the argument parser and nothing else of node_modules', () => {
    const packages = new Set<string>();
    const queue = ['main.js'];
    const seen = new Set(queue);
    for (const file of queue) {
      const source = readFileSync(join(dist, file), 'utf8');
      for (const [, name] of source.matchAll(/^\/\/ (?:\.\.\/)*(?:[\w.-]+\/)*?node_modules\/((?:@[^/]+\/)?[^/]+)\//gm))
        packages.add(name!);
      for (const [, next] of source.matchAll(/^(?:import|export)\b[^;]*?["']\.\/([^"']+)["'];/gm)) {
        if (!seen.has(next!)) {
          seen.add(next!);
          queue.push(next!);
        }
      }
    }
    expect([...packages]).toEqual(['commander']);
  });
});
