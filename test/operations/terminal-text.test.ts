import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitMiddle, fitText, terminalText, textWidth, wrapText } from '../../src/output/terminal-text.ts';

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('\x1b[31m', '\u202e', '\x9b', '\n', '\r', '\t', 'é', '漢', '👩', 'e\u0301', 'a', ' '))
    .map((parts) => parts.join('')),
);
const harmless = /^[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\p{Surrogate}]*$/u;

describe('remote text on a terminal', () => {
  it.each([
    ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\x1b]0;title\x07', '\\x1b]0;title\\x07'],
    ['a\r\nb\tc', 'a\\r\\nb c'],
    ['user\u202egnp.exe', 'user\\u202egnp.exe'],
    ['\u009b2J', '\\x9b2J'],
    ['\ud800', '\\ud800'],
    ['Zoë 漢字', 'Zoë 漢字'],
  ])('%j is shown as %s', (text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  it('is shortened in its middle where its end tells it apart', () => {
    expect(fitMiddle('hooks.example.com/services/T0/B0/XYZ', 24)).toBe('hooks.example.co…/B0/XYZ');
    expect(fitMiddle('漢字漢字漢字漢字', 9)).toBe('漢字漢…字');
    fc.assert(
      fc.property(
        anything,
        fc.integer({ min: 2, max: 40 }),
        (text, width) => textWidth(fitMiddle(text, width)) <= width,
      ),
    );
  });

  it('holds nothing but printable characters, whatever came in', () => {
    fc.assert(fc.property(anything, (text) => harmless.test(terminalText(text))));
  });

  it('fits the columns it is given', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 2, max: 60 }), (text, width) => {
        expect(textWidth(fitText(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('wraps into lines of the width without losing a word', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 2, max: 60 }), (text, width) => {
        const lines = wrapText(text, width);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(terminalText(text).replaceAll(' ', ''));
      }),
    );
  });

  it('a megabyte without a space is no trouble', () => {
    expect(wrapText('x'.repeat(1_000_000), 80)).toHaveLength(12_500);
  });
});
