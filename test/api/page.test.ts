import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { routes } from '../../src/api/routes/index.ts';

test('docs/api.md lists every call, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
  const rows = page
    .split('## Every call')[1]!
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => /^\| [A-Z]{3}/.test(line));
  const listed = rows.flatMap((row) => {
    const cell = row.split('|')[1]!;
    const methods = cell
      .split('`')[0]!
      .split(',')
      .map((method) => method.trim());
    const paths = [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path!);
    return paths.flatMap((path) => methods.map((method) => `${method} ${whole(path, paths[0]!)}`));
  });
  expect(listed.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
});

/** `…` stands for the project's path, `…:unpause` for the first path with another verb. */
function whole(path: string, first: string): string {
  if (path.startsWith('…:')) return whole(first, first).replace(/:\w+$/, path.slice(1));
  return path.replace('…', '/v1/projects/{project}');
}
