import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');

interface Import {
  from: string;
  to: string;
  file: string;
}

/** The table "The folders" of docs/architecture.md: folder → folders it may import. */
function readRules(): Map<string, Set<string> | 'everything'> {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const table = page.split('## The folders')[1]!.split('\n\n')[1]!;
  const rules = new Map<string, Set<string> | 'everything'>();
  for (const row of table.split('\n').slice(2)) {
    const [, folder, , may] = row.split('|').map((cell) => cell.trim());
    if (!folder) continue;
    const name = folder.replaceAll('`', '');
    if (may!.startsWith('everything')) rules.set(name, 'everything');
    else
      rules.set(name, new Set(may === 'nothing' ? [] : may!.split(',').map((part) => part.trim().replace(/ .*/, ''))));
  }
  return rules;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : entry.name.endsWith('.ts') ? [path] : [];
  });
}

const files = listFiles(src);
const room = (file: string) => relative(src, file).split('/')[0]!;

/** Value imports between files of src/; `import type` binds nobody. */
const imports: Import[] = files.flatMap((file) => {
  const source = readFileSync(file, 'utf8');
  const found = [
    ...source.matchAll(/^\s*(?:import|export)\s+(?!type\b)[^;]*?from\s+'(\.[^']+)'/gms),
    ...source.matchAll(/import\('(\.[^']+)'\)/g),
  ];
  return found
    .filter((match) => !/^\s*(?:import|export)\s*\{(?:\s*type\s+\w+(?:\s+as\s+\w+)?\s*,?)*\s*\}/.test(match[0]!))
    .map((match) => ({ from: room(file), to: room(resolve(file, '..', match[1]!)), file: relative(root, file) }));
});

describe('the house', () => {
  test('every folder of src stands in the table of docs/architecture.md', () => {
    const rooms = [...new Set(files.map(room))].filter((name) => name !== 'main.ts').sort();
    const known = [...readRules().keys()];
    expect(rooms.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('folders import only what the table allows', () => {
    const rules = readRules();
    const faults = imports.filter(({ from, to }) => {
      const rule = rules.get(from);
      return from !== to && rule !== 'everything' && rule !== undefined && !rule.has(to);
    });
    expect(faults.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  });

  test('a provider is entered through its index, an emulator only by its provider', () => {
    const inside = files.filter((file) => !room(file).startsWith('providers'));
    const faults = inside.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']*providers\/[^']*emulator[^']*)'/g)].map(
        (match) => `${relative(root, file)} → ${match[1]}`,
      ),
    );
    expect(faults).toEqual([]);
  });

  test('only output touches the terminal, only config/env.ts reads the environment, nobody exits', () => {
    const faults: string[] = [];
    for (const file of files) {
      const name = relative(src, file);
      const source = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      // A process of our own (`…-process.ts`) speaks to its parent, not to a terminal.
      const isMain = name === 'main.ts' || name === 'cli/run-command.ts' || name.endsWith('-process.ts');
      if (!name.startsWith('output/') && !isMain && /process\.(stdout|stderr)|console\./.test(source))
        faults.push(`${name} writes to the terminal`);
      if (name !== 'config/env.ts' && name !== 'cli/version.ts' && /process\.env/.test(source))
        faults.push(`${name} reads process.env`);
      if (/process\.exit\s*\(/.test(source)) faults.push(`${name} exits`);
    }
    expect(faults).toEqual([]);
  });

  // Its first formatter loads tables for 20 to 50 ms, more than a whole command takes.
  test('what commands print is written without Intl', () => {
    const printing = files.filter((file) => ['views', 'output', 'commands'].includes(room(file)));
    const faults = printing.filter((file) =>
      /\bnew Intl\.|\.toLocale\w*\(/.test(readFileSync(file, 'utf8').replace(/\/\/.*$/gm, '')),
    );
    expect(faults.map((file) => relative(src, file))).toEqual([]);
  });

  test('commands do not import each other', () => {
    const faults = files
      .filter((file) => room(file) === 'commands' && !file.endsWith('index.ts'))
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/from '(\.\/[a-z-]+\.ts|\.\.\/[a-z-]+\/(?:index|[a-z-]+)\.ts)'/g)]
          .filter(
            (match) => room(resolve(file, '..', match[1]!)) === 'commands' && match[1]!.startsWith('./') === false,
          )
          .map((match) => `${relative(root, file)} → ${match[1]}`),
      );
    expect(faults).toEqual([]);
  });

  test('no file of ours is left unfinished', () => {
    const faults = files.filter((file) => /\b(TODO|FIXME|XXX)\b|not implemented/i.test(readFileSync(file, 'utf8')));
    expect(faults.map((file) => relative(root, file))).toEqual([]);
  });
});
