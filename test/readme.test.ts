import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/cli/program.ts';
import { commands } from '../src/commands/index.ts';

const root = resolve(import.meta.dirname, '..');
const pages = ['README.md', 'docs/architecture.md', 'CONTRIBUTING.md'].filter((page) => existsSync(join(root, page)));

/** `$ amp …` and `amp …` lines of every shell block of a page. */
function ampLines(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/```(?:sh|console)\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!
      .replace(/\\\n\s*/g, ' ')
      .split('\n')
      .map((line) => line.replace(/^\$ /, '').replace(/^[A-Z_]+=\S+ /, ''))
      .filter((line) => /^amp( |$)/.test(line) && !line.includes('<'))
      .map((line) =>
        line
          .replace(/\s+#.*$/, '')
          .split(/\s+[|>]{1,2}\s*/)[0]!
          .replace(/ &$/, '')
          .trim(),
      ),
  );
}

describe('the pages tell the truth', () => {
  test.each(pages)('every amp command on %s is one that amp takes', async (page) => {
    for (const line of ampLines(page)) {
      const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
        .map((match) => match[1] ?? match[2] ?? match[3]!)
        .slice(1);
      const parsed = await parseCommandLine(words, commands, '1.0.0');
      expect(parsed.kind, `${line}: ${parsed.kind === 'usage' ? parsed.message : ''}`).not.toBe('usage');
    }
  });

  test.each(pages)('every relative link on %s leads somewhere', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]!);
    expect(links.filter((link) => !existsSync(resolve(root, page, '..', link)))).toEqual([]);
  });

  test('the two commands of the README are the ones of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    for (const [, name] of readme.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g))
      expect(scripts, name).toHaveProperty(name!);
    expect(readme).toContain('npm ci && npm run demo');
    expect(readme).toContain('npm ci && npm test');
  });
});
