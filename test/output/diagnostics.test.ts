import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/errors/diagnostic.ts';
import { renderDiagnostics } from '../../src/output/diagnostics.ts';
import { plainStyle } from '../../src/output/style.ts';

const at = (line: number, from: number, to: number): Diagnostic => ({
  code: 'some-rule',
  severity: 'warning',
  message: 'Something is odd.',
  hint: 'Mend it.',
  location: { file: 'amp.yaml', start: { line, column: from }, end: { line, column: to } },
  docsUrl: 'docs/rules.md#some-rule',
});
const render = (source: string, diagnostic: Diagnostic, width = 80) =>
  renderDiagnostics([diagnostic], new Map([['amp.yaml', source]]), { style: plainStyle, width });

describe('a finding as text', () => {
  test('the line, a caret under the fault, the remedy', () => {
    expect(render('a: 1\nname: my sync!\n', at(2, 7, 15))).toBe(`warning Something is odd. [some-rule]
  ─→ amp.yaml:2:7
2 │ name: my sync!
  │       ^^^^^^^^
  help Mend it.`);
  });

  test('what is in no file has its path: which record of a batch', () => {
    const { location: _, ...batch } = { ...at(1, 1, 2), path: '$.batch[2].record' };
    expect(render('', batch)).toBe(`warning Something is odd. [some-rule]
  ─→ $.batch[2].record
  help Mend it.`);
  });

  test('the caret stands under the fault behind wide and combining characters, too', () => {
    const carets = (line: string, word: string) => {
      const from = line.indexOf(word) + 1;
      return render(line, at(1, from, from + word.length)).split('\n')[3];
    };
    expect(carets('name: 日本 oops', 'oops')).toBe(`  │ ${' '.repeat(11)}^^^^`);
    expect(carets('name: 🚀 oops', 'oops')).toBe(`  │ ${' '.repeat(9)}^^^^`);
    expect(carets('name: e\u0301 oops', 'oops')).toBe(`  │ ${' '.repeat(8)}^^^^`);
  });

  test('on a terminal message and remedy break between words, under their own beginning', () => {
    const long = { ...at(1, 1, 2), message: 'one two three four five six', hint: 'seven eight nine ten eleven twelve' };
    const text = renderDiagnostics([long], new Map(), { style: plainStyle, width: 30, wraps: true });
    expect(text).toBe(`warning one two three four
        five six [some-rule]
  ─→ amp.yaml:1:1
  help seven eight nine ten
       eleven twelve`);
    expect(render('', long, 30)).toContain('one two three four five six [some-rule]');
  });

  test('a long line is cut around the fault', () => {
    const line = `${'x'.repeat(200)} oops ${'y'.repeat(200)}`;
    const [, , excerpt, caret] = render(line, at(1, 202, 206), 60).split('\n');
    expect(excerpt!.length).toBeLessThanOrEqual(60);
    expect(excerpt!.slice(caret!.indexOf('^'), caret!.lastIndexOf('^') + 1)).toBe('oops');
  });

  test('a file cannot steer the terminal, and a finding without a place is a line and a remedy', () => {
    expect(render('a: \u001b[2J\u202e\r', at(1, 1, 2))).not.toMatch(/[\u001b\u202e\r]/);
    const { location, ...placeless } = at(1, 1, 1);
    expect(location?.file).toBe('amp.yaml');
    expect(render('', placeless)).toBe('warning Something is odd. [some-rule]\n  help Mend it.');
  });
});
