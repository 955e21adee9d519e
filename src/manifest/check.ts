import { type CheckResult, checkParsed, type ManifestSource } from './check-parsed.ts';
import type { CheckOptions } from './rule.ts';
import { decodeBytes } from './yaml/decode-bytes.ts';
import { parseFast } from './yaml/fast-parse.ts';
import { parseFully } from './yaml/full-parse.ts';

export type { CheckResult, ManifestSource } from './check-parsed.ts';
export type { CheckOptions } from './rule.ts';

/**
 * Checks one manifest: everything wrong with it in one run. Pure: no clock, no disk, no network. Never throws, whatever
 * the bytes; at most 1 MiB is looked at.
 */
export function checkManifest(source: ManifestSource, options: CheckOptions = {}): CheckResult {
  const decoded = decodeBytes(source.bytes);
  const parsed = decoded.fault ? undefined : (parseFast(decoded.text) ?? parseFully(decoded.text));
  return checkParsed(source.file, decoded, parsed, options);
}
