import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderJson } from '../../src/mapping/json.ts';
import { memberText, parseJson, parseJsonKeeping, parseJsonWithout } from '../../src/mapping/parse-json.ts';

describe('JSON without loss', () => {
  test('any JSON comes out as JSON.parse reads it, with or without space', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(JSON.parse(renderJson(parseJson(text)))).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    '0',
    '-0',
    '-5',
    '1.0',
    '350000.00',
    '1e400',
    '1745500706683617281',
    '123456789012345',
    '9007199254740993',
  ])('the number %s keeps its digits', (digits) => expect(renderJson(parseJson(`[${digits}]`))).toBe(`[${digits}]`));

  test.each(['', '01', '1.', '-', '+1', '{"a"}', '{"a":1,}', '[1,]', '"\n"', '{"a\n":1}', '[1] 2', 'nul'])(
    'what is no JSON is refused: %j',
    (text) => expect(() => parseJson(text)).toThrow(SyntaxError),
  );

  test('keys that look alike, are escaped, or mean something to JavaScript stay what they are', () => {
    const text = String.raw`{"Name":1,"Nane":2,"a\"b":3,"a\\":4,"__proto__":5,"constructor":6,"Näme":7}`;
    for (let again = 0; again < 2; again++) expect(renderJson(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
  });

  test('the text of an object under a key is kept as it was written', () => {
    const inner = String.raw`{ "Name" : "}\"{", "n":1.0, "list":[{"x":[1,{}]}] }`;
    for (const parsed of [true, false]) {
      const { value, texts } = parseJsonKeeping(`[{"payload":${inner},"after":1}]`, { under: 'payload', parsed });
      const [message] = value as { payload: object; after: number }[];
      expect(texts.get(message!.payload as never)).toBe(inner);
      expect(message!.after).toBe(1);
      expect(Object.keys(message!.payload)).toHaveLength(parsed ? 3 : 0);
    }
  });

  test('a member is found though a value has its name, and left out whole', () => {
    const text =
      '{"Name":"ChangeEventHeader","Text":"\\"ChangeEventHeader\\":{}","ChangeEventHeader" : {"a":"}"},"b":2}';
    expect(memberText(text, 'ChangeEventHeader')).toBe('{"a":"}"}');
    expect(memberText('{"a":1}', 'ChangeEventHeader')).toBeUndefined();
    expect(Object.keys(parseJsonWithout(text, 'ChangeEventHeader'))).toEqual(['Name', 'Text', 'b']);
  });
});
