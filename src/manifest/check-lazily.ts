import { type CheckResult, checkParsed, type ManifestSource } from './check-parsed.ts';
import type { CheckOptions } from './rule.ts';
import { decodeBytes } from './yaml/decode-bytes.ts';
import { parseFast } from './yaml/fast-parse.ts';

/** `checkManifest`, loading the complete YAML parser only for the few files that need it: for `amp validate`'s start. */
export async function checkManifestLazily(source: ManifestSource, options: CheckOptions = {}): Promise<CheckResult> {
  const decoded = decodeBytes(source.bytes);
  if (decoded.fault) return checkParsed(source.file, decoded, undefined, options);
  const fast = parseFast(decoded.text);
  if (fast) return checkParsed(source.file, decoded, fast, options);
  const { parseFully } = await import('./yaml/full-parse.ts');
  return checkParsed(source.file, decoded, parseFully(decoded.text), options);
}
