import type { Manifest } from '../manifest/manifest.ts';
import type { OrgSchema } from '../manifest/org-schema.ts';
import { hashManifest } from '../plan/canonical.ts';
import { diffManifests } from '../plan/diff.ts';
import { planChanges } from '../plan/impact.ts';
import type { ImpactWorld } from '../plan/impacts/impact-rule.ts';
import { objectsToLookUp } from '../plan/impacts/installed-fields.ts';
import type { DeployPlan } from '../plan/saved-plan.ts';
import { askOrgs, type DescribeOrg } from './ask-orgs.ts';
import type { CheckedFile } from './checked-file.ts';
import type { Deployed, Environment } from './environment.ts';

export interface PlanOptions {
  /** Compare with this instead of what is deployed. */
  against?: { label: string; manifest: Manifest } | undefined;
  /** An org to hold the changes against. */
  schema?: OrgSchema | undefined;
  /** Looks into the orgs of the installations. Absent: they are not looked at. */
  describeOrg?: DescribeOrg | undefined;
}

/** What deploying `file` would change, and for whom. Reads the environment, changes nothing. */
export async function planDeploy(
  environment: Environment,
  file: Pick<CheckedFile, 'path' | 'sha256' | 'manifest'>,
  options: PlanOptions = {},
): Promise<DeployPlan> {
  const deployed = await environment.loadDeployed(file.manifest);
  const before = options.against?.manifest ?? deployed.manifest;
  const changes = diffManifests(before, file.manifest);
  const world: ImpactWorld = {
    before,
    after: file.manifest,
    installations: deployed.installations,
    schema: options.schema,
    ...(deployed.apiLimitOf && { apiLimitOf: deployed.apiLimitOf }),
  };
  const orgs = options.describeOrg && (await askOrgs(objectsToLookUp(changes, world), options.describeOrg));
  const plan = planChanges(changes, { ...world, orgs });
  return {
    version: 1,
    environment: { kind: environment.kind, name: environment.name },
    against: options.against?.label ?? describeDeployed(deployed),
    base: deployed.base,
    manifest: { file: file.path, sha256: file.sha256, contentHash: hashManifest(file.manifest) },
    ...plan,
    unmanaged: deployed.unmanaged,
  };
}

function describeDeployed({ revision, manifest }: Deployed): string {
  if (revision) return `revision ${revision.number}`;
  return manifest ? 'what is deployed' : 'nothing';
}
