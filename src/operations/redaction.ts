/** What a log may hold: no secrets, no record values unless asked for, nothing endless. */

// One line tells a story; a megabyte in it is somebody's payload.
const textLimit = 8_192;
const depthLimit = 8;
const surrogate = /[\ud800-\udfff]/;
const loneSurrogate = /\p{Surrogate}/gu;

const secretKey =
  /^(authorization|cookie|set-cookie|password|passwd|secret|client_?secret|access_?token|refresh_?token|id_?token|token|session_?id|sid|api_?key|x-api-key|assertion|private_?key|code_verifier|security_?token)$/i;

export interface RedactionOptions {
  redact: (text: string) => string;
  logValues?: boolean;
}

/** Without secrets, without record values the provider echoes, well-formed, at most 8 KiB. */
export function cleanText(text: string, options: RedactionOptions): string {
  // Secrets go before the cut, which could leave half of one unrecognised.
  const bounded = text.length > 8 * textLimit ? text.slice(0, 8 * textLimit) : text;
  const redacted = options.redact(surrogate.test(bounded) ? bounded.replace(loneSurrogate, '\ufffd') : bounded);
  const clean = options.logValues ? redacted : withoutRecordValues(redacted);
  return clean.length > textLimit ? `${clean.slice(0, textLimit)}… (${text.length} characters)` : clean;
}

/** The same for every text inside; keys that name secrets lose their value, `values` goes unless asked for. */
export function cleanDetails(details: Record<string, unknown>, options: RedactionOptions): Record<string, unknown> {
  return cleanValue(details, options, 0) as Record<string, unknown>;
}

function cleanValue(value: unknown, options: RedactionOptions, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value, options);
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? undefined : value;
  if (depth >= depthLimit) return '…';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return cleanText(value.message, options);
  if (Array.isArray(value)) return value.slice(0, 1_000).map((item) => cleanValue(item, options, depth + 1));
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return cleanValue(value.toJSON(), options, depth + 1);
  const clean: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) {
    if (key === 'values' && !options.logValues) continue;
    clean[options.redact(key)] =
      secretKey.test(key) && item !== undefined ? '[secret]' : cleanValue(item, options, depth + 1);
  }
  return clean;
}

// Salesforce repeats the offending value inside these messages (facts: DML errors); the rest of the text is its own.
const echoes: [RegExp, string][] = [
  [/(data value too large: )[\s\S]*?( \(max length=)/g, '$1[value]$2'],
  [/(bad value for restricted picklist field: )[^"\]}]*/g, '$1[value]'],
  [/(invalid email address: )[^"\]}]*/g, '$1[value]'],
];

function withoutRecordValues(text: string): string {
  if (!text.includes(' too large: ') && !text.includes(' picklist field: ') && !text.includes(' email address: '))
    return text;
  let result = text;
  for (const [pattern, replacement] of echoes) result = result.replace(pattern, replacement);
  return result;
}
