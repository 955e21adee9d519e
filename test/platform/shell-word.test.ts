import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellWord } from '../../src/platform/shell-word.ts';

it('a group of any name is one word of the shell it is pasted into, and runs nothing', () => {
  const name = fc.oneof(
    fc.string({ minLength: 1 }).filter((text) => !text.includes('\0')),
    fc.constantFrom('Acme & Sons/Berlin', "O'Neil", '$(touch owned)', '`id`', 'a b', '*', '~', '!!'),
  );
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 20 }), (names) => {
      const script = `printf '%s\\0' ${names.map(shellWord).join(' ')}`;
      const said = execFileSync('/bin/sh', ['-c', script]).toString();
      expect(said).toBe(`${names.map((text) => Buffer.from(text).toString()).join('\0')}\0`);
    }),
    { numRuns: 30 },
  );
  expect(shellWord('quayline')).toBe('quayline');
});
