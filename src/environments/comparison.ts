import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { loadCheckedFile } from './checked-file.ts';
import type { LocalProject } from './local/local-project.ts';
import { findRevision } from './local/revisions.ts';

/** What `--against` names: a revision of this project, else a manifest file. Throws `deploy-revision-not-found`. */
export function loadComparison(
  name: string,
  cwd: string,
  project: LocalProject | undefined,
): { label: string; manifest: Manifest } {
  const revision = project && findRevision(project.state.db, name);
  if (revision) return { label: `revision ${revision.number}`, manifest: revision.manifest };
  const path = resolve(cwd, name);
  if (existsSync(path)) return { label: name, manifest: loadCheckedFile(path).manifest };
  throw new AmpError({
    code: 'deploy-revision-not-found',
    message: `"${name}" is neither a revision of this project nor a file.`,
  });
}
