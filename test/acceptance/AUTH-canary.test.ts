import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeSurface, type Surface } from '../../src/cli/surface.ts';
import { commands } from '../../src/commands/index.ts';
import { openEmulatedOrg } from '../../src/providers/salesforce/emulator/open-org.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import { disguises, searchFiles } from '../auth/canary-search.ts';
import { newUser } from '../auth/login-process.ts';

const canary = 'AMPCANARY51d0b7e2';
let emulator: RunningEmulator;
beforeAll(async () => {
  emulator = await startEmulator({
    org: openEmulatedOrg({ path: ':memory:', seed: 'crm', records: { Account: 10, Contact: 10, Opportunity: 5 } }),
    rotation: 'strict',
    secretPrefix: canary,
  });
});
afterAll(() => emulator.stop());

/** Arguments with which a command gets somewhere; the others run bare, which must not leak either. */
const usual: Record<string, string[]> = {
  init: ['--yes', '--force'],
  read: ['Account', '--limit', '5', '--org', 'acme'],
  backfill: ['Contact', '--full', '--org', 'acme', '--output', 'contacts.ndjson'],
  tail: ['Account', '--org', 'acme'],
  install: ['crm', '--group', 'g1', '--org', 'acme', '--skip-sampling'],
  deploy: ['--yes'],
  validate: ['--org', 'acme'],
  types: ['--org', 'acme'],
  diff: [],
  'org login': ['--emulator', '--alias', 'acme'],
  'org describe': ['Account'],
  'org show': ['acme', '--json'],
  'org limits': ['acme'],
  'org use': ['acme'],
  'destinations add': ['hook', '--url', 'https://hook.example.com/x'],
  'events list': ['--limit', '5'],
  listen: ['--port', '0'],
  schema: ['manifest'],
};
/** Own processes and signs of life that are tested elsewhere. */
const apart = new Set(['demo', 'emulator start']);
/** The story comes first, so that what follows has something to look at; the end comes last. */
const first = ['init', 'deploy', 'install', 'backfill', 'read'];
const last = ['org logout', 'logout'];

const leaves = (surface: Surface[]): string[] =>
  surface.flatMap(({ path, children }) => (children.length > 0 ? leaves(children) : [path.join(' ')]));
const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : last.includes(name) ? 2000 : 1000);

test('AUTH-6 every command at --debug: no secret on stdout, stderr, in state, config, cache or temporary files', async () => {
  const env: Record<string, string> = { ...newUser(), AMP_EMULATOR_URL: emulator.url };
  const project = join(env.HOME!, 'project');
  const temporary = join(env.HOME!, 'tmp');
  for (const folder of [project, temporary]) mkdirSync(folder, { recursive: true });
  const world = { ...env, TMPDIR: temporary };
  const said = [await runIn(project, ['org', 'login', '--emulator', '--alias', 'acme'], world)];

  const names = leaves(await describeSurface(commands)).filter((name) => !apart.has(name));
  names.sort((a, b) => rank(a) - rank(b));
  for (const name of names) {
    // A session that ends again and again sends every command through a renewal.
    emulator.world.sessions.end(() => true);
    said.push(await runIn(project, [...name.split(' '), ...(usual[name] ?? [])], world));
  }

  // A search that finds nothing must be able to find something.
  const revealed = await runIn(project, ['org', 'login', '--emulator', '--alias', 'acme'], world).then(() =>
    runIn(project, ['org', 'show', 'acme', '--reveal'], world),
  );
  expect(revealed).toContain(canary);
  expect(names.length).toBeGreaterThan(40);
  expect(said.join('\n')).toContain('/services/data/');
  expect(readdirSync(project)).toContain('amp.yaml');
  const forms = disguises(canary);
  // The client id is public and starts with the canary too.
  const publicId = new RegExp(`${canary}-client(?!-secret)`, 'g');
  const spoken = said.map(
    (text, at) => [at === 0 ? 'org login' : names[at - 1], text.replaceAll(publicId, '')] as const,
  );
  expect(spoken.filter(([, text]) => forms.some((form) => text.includes(form)))).toEqual([]);
  expect(searchFiles(env.HOME!, forms, publicId)).toEqual([]);
}, 240_000);

/** Everything a command says at --debug; one that would go on for ever is ended. */
function runIn(cwd: string, args: string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/amp.js'), ...args, '--debug'], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 8_000,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
      });
    }
    child.on('close', () => resolve(text));
  });
}
