/**
 * JSON in both directions without losing digits: integers beyond 2^53 arrive as text and leave as bare numbers (bigint).
 * Node 20 has neither source text in revivers nor raw JSON, so the rare long numbers are found before and after.
 */
const longNumber = /\d{16}/;
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Numbers of more than 15 digits become strings of the same digits. */
export function parseJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(stringOrNumber, (token) =>
      token[0] !== '"' && token.replace(/[eE].*|[-.]/g, '').length > 15 ? `"${token}"` : token,
    ),
  );
}

const bigintMark = '\u0001bigint:';
const markedBigint = /"\\u0001bigint:(-?\d+)"/g;

export function renderJson(value: unknown, indent?: number): string {
  let marked = false;
  const text = JSON.stringify(
    value,
    (_key, item) => {
      if (typeof item !== 'bigint') return item;
      marked = true;
      return `${bigintMark}${item}`;
    },
    indent,
  );
  return marked ? text.replace(markedBigint, '$1') : text;
}
