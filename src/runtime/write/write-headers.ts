/** Sign-in, connection and content are ours to set; the call options carry the mark by which our own changes are known. */
const refused = new Set([
  'authorization',
  'host',
  'connection',
  'content-length',
  'content-type',
  'content-encoding',
  'accept',
  'accept-encoding',
  'cookie',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'sforce-call-options',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Headers of a write for the org (`Sforce-Duplicate-Rule-Header`, `Sforce-Auto-Assign` …), names in lower case. Conditions
 * (`If-…`) hold for one record that is made or changed; elsewhere the org would ignore them.
 */
export function checkWriteHeaders(
  pairs: readonly (readonly [name: string, value: string])[],
  options: { conditions: boolean },
): {
  headers: Record<string, string>;
  problems: { index: number; message: string }[];
} {
  const headers: Record<string, string> = {};
  const problems: { index: number; message: string }[] = [];
  for (const [index, [name, value]] of pairs.entries()) {
    const lower = name.toLowerCase();
    // A value never stands in a message: it may be a token.
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      problems.push({ index, message: `${JSON.stringify(name)} is no header that can be sent.` });
    } else if (refused.has(lower)) problems.push({ index, message: `The header ${name} is ours to set.` });
    else if (lower.startsWith('if-') && !options.conditions) {
      problems.push({ index, message: `The condition ${name} works on one record only, and not on deletes.` });
    } else headers[lower] = value;
  }
  return { headers, problems };
}
