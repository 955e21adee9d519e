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

const mark = '\u0001number:';
const marked = /"\\u0001number:([-\d.]+)"/g;

/** A number that is written with exactly these digits, such as a version's `66.0`. */
export const exactNumber = (digits: string): string => mark + digits;

export function renderJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? mark + item : item), indent);
  return text?.includes('\\u0001number:') ? text.replace(marked, '$1') : text;
}
