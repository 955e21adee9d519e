import { createHash } from 'node:crypto';
import type { CheckedFile } from '../checked-file.ts';
import type { LocalProject } from './local-project.ts';
import { type Revision, requireRevision } from './revisions.ts';

/** A deployed revision in the shape of a checked manifest file, to deploy it again. Throws `deploy-revision-not-found`. */
export function revisionAsFile(project: LocalProject, name: string): { file: CheckedFile; revision: Revision } {
  const revision = requireRevision(project.state.db, name);
  const bytes = Buffer.from(revision.source, 'utf8');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file: { path: `revision ${revision.number}`, bytes, sha256, manifest: revision.manifest }, revision };
}
