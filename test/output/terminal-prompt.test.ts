import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { plainStyle } from '../../src/output/style.ts';
import { createPrompter } from '../../src/output/terminal-prompt.ts';

/** A terminal at which somebody types these lines, one when each question has been asked. */
function terminal(...lines: string[]) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let shown = '';
  stderr.on('data', (chunk) => {
    shown += String(chunk);
    if (String(chunk).includes('?')) setImmediate(() => lines.length > 0 && stdin.write(`${lines.shift()}\n`));
  });
  const signal = new AbortController().signal;
  const prompter = createPrompter({ stdin, stderr, style: plainStyle, signal } as never);
  return { prompter, shown: () => shown };
}

const choices = [
  { value: 'Industry', label: 'Industry' },
  { value: '(none)', label: 'Leave it unset' },
];
const unlisted = (typed: string) => (typed === 'Fax' ? 'Fax' : undefined);

test.each([
  ['its number', '1', 'Industry'],
  ['its name, in any case', 'industry', 'Industry'],
  ['its label', 'leave it unset', '(none)'],
  ['a name beyond the list', 'Fax', 'Fax'],
])('one of several is chosen by %s', async (_, typed, expected) => {
  const { prompter } = terminal(typed);
  expect(await prompter.choose<string>('Which?', { flag: '--map', choices, unlisted })).toBe(expected);
});

test('what is none of them is asked again', async () => {
  const { prompter, shown } = terminal('3', '2');
  expect(await prompter.choose<string>('Which?', { flag: '--map', choices, unlisted })).toBe('(none)');
  expect(shown()).toContain('Choose 1 to 2, or type a name.');
});
