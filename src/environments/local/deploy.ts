import { AmpError } from '../../errors/amp-error.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { reResolve } from '../../installations/re-resolve.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { OperationLog } from '../../operations/operation-log.ts';
import { hashManifest } from '../../plan/canonical.ts';
import { parsePath } from '../../plan/path.ts';
import { type Change, summarizeChanges } from '../../plan/plan.ts';
import type { DeployBase } from '../environment.ts';
import type { LocalProject } from './local-project.ts';
import { insertRevision, loadBase, loadCurrentRevision, type Revision } from './revisions.ts';

export interface LocalDeploy {
  manifest: Manifest;
  /** The file, character for character. */
  source: string;
  /** What the plan was made on. */
  base: DeployBase;
  changes: Change[];
  onRemoved: 'keep' | 'stop';
  author: string;
  message?: string;
  rollbackOf?: number;
  /** ISO time. */
  at: string;
  /** Where the deploy is recorded, in the same transaction. */
  log?: OperationLog | undefined;
}

export interface LocalDeployResult {
  /** False: the same content is deployed already; nothing was written. */
  changed: boolean;
  revision: Revision;
  /** Installations whose record changed, as they are now. */
  installations: InstallationRecord[];
}

/**
 * Makes the manifest the deployed one, in one transaction: revision, pointer and every installation, or nothing. The base is
 * compared and moved inside it, so of two deploys planned on one state exactly one succeeds. Throws `deploy-base-moved`.
 */
export function deployLocally(project: LocalProject, deploy: LocalDeploy): LocalDeployResult {
  const { db } = project.state;
  return db.transaction(() => {
    assertBase(loadBase(db), deploy.base);
    const contentHash = hashManifest(deploy.manifest);
    const current = loadCurrentRevision(db);
    if (current?.contentHash === contentHash) return { changed: false, revision: current, installations: [] };
    const revision = insertRevision(db, {
      contentHash,
      author: deploy.author,
      ...(deploy.message !== undefined && { message: deploy.message }),
      ...(deploy.rollbackOf !== undefined && { rollbackOf: deploy.rollbackOf }),
      createdAt: deploy.at,
      changes: deploy.changes,
      manifest: deploy.manifest,
      source: deploy.source,
    });
    db.prepare('UPDATE deployment SET serial = serial + 1, revision = ?').run(revision.number);
    const installations = moveInstallations(project, deploy, revision);
    record(deploy, revision, installations);
    return { changed: true, revision, installations };
  });
}

function record(deploy: LocalDeploy, revision: Revision, installations: readonly InstallationRecord[]): void {
  const { create, update, delete: remove } = summarizeChanges(deploy.changes);
  const operation = deploy.log?.start({ action: 'deploy', startedBy: 'cli', revision: revision.number });
  for (const change of deploy.changes) operation?.info(`${change.action} ${change.path}`);
  for (const { groupRef, status, statusReason } of installations) {
    if (status === 'action_needed') operation?.warning(statusReason ?? 'A choice is missing.', { group: groupRef });
  }
  operation?.succeed(`Revision ${revision.number}: ${create} created, ${update} updated, ${remove} deleted`);
}

export function assertBase(actual: DeployBase, expected: DeployBase): void {
  if (actual.lineage === expected.lineage && actual.serial === expected.serial) return;
  throw new AmpError({
    code: 'deploy-base-moved',
    message:
      actual.lineage === expected.lineage
        ? `The plan was made on state ${expected.serial}; the deployed state is now ${actual.serial}.`
        : 'The plan was made for another project.',
  });
}

function moveInstallations(project: LocalProject, deploy: LocalDeploy, revision: Revision): InstallationRecord[] {
  const renamed = new Map(
    deploy.changes
      .filter((change) => change.kind === 'integration' && change.from !== undefined)
      .map((change) => [parsePath(change.from!)[0]!, change.integration]),
  );
  const moved: InstallationRecord[] = [];
  for (const installation of project.installations.list()) {
    const name = renamed.get(installation.integration) ?? installation.integration;
    const next = reResolve(installation, {
      before: project.integrationOf(installation),
      after: deploy.manifest.integrations.find((integration) => integration.name === name),
      revision: revision.number,
      onRemoved: deploy.onRemoved,
      at: deploy.at,
    });
    if (next === installation) continue;
    project.installations.save(next);
    moved.push(next);
  }
  return moved;
}
