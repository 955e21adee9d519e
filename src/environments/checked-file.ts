import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AmpError } from '../errors/amp-error.ts';
import type { Diagnostic } from '../errors/diagnostic.ts';
import { type CheckOptions, checkManifest } from '../manifest/check.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { fileUnreadable } from '../platform/files.ts';

/** A manifest file that passed every check, with the bytes it had then. */
export interface CheckedFile {
  path: string;
  bytes: Buffer;
  /** SHA-256 of `bytes`, hex. */
  sha256: string;
  manifest: Manifest;
}

/** Reads and checks the file. Throws `deploy-manifest-invalid` with every finding, or `file-unreadable`. */
export function loadCheckedFile(path: string, options: CheckOptions = {}): CheckedFile {
  const bytes = readManifestBytes(path);
  const { manifest, diagnostics } = checkManifest({ file: path, bytes }, options);
  if (!manifest) throw invalid(path, diagnostics);
  return { path, bytes, sha256: hashBytes(bytes), manifest };
}

/** Refuses a file that names destinations its environment does not have: one finding a reference. Throws `deploy-manifest-invalid`. */
export function assertDestinations({ path, bytes }: CheckedFile, knownDestinations: readonly string[]): void {
  const { manifest, diagnostics } = checkManifest(
    { file: path, bytes },
    { knownDestinations, missingDestinations: 'refuse' },
  );
  if (!manifest) throw invalid(path, diagnostics);
}

function invalid(path: string, diagnostics: Diagnostic[]): AmpError {
  return new AmpError({ code: 'deploy-manifest-invalid', message: `${path} has errors.`, diagnostics });
}

/** Throws `deploy-manifest-changed` when the file is not what was checked and planned. */
export function assertUnchanged(file: Pick<CheckedFile, 'path' | 'sha256'>): void {
  if (hashBytes(readManifestBytes(file.path)) === file.sha256) return;
  throw new AmpError({ code: 'deploy-manifest-changed', message: `${file.path} changed while the plan was shown.` });
}

function hashBytes(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readManifestBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileUnreadable(path, error);
  }
}
