import type { InstallationRecord } from '../installations/installation.ts';
import type { Integration, Manifest } from '../manifest/manifest.ts';
import type { Change } from '../plan/plan.ts';
import type { LocalProject } from './local/local-project.ts';

/** What a manifest is deployed to: this machine's runtime, or a project of the hosted platform. */
export interface Environment {
  readonly kind: 'local' | 'hosted';
  /** `local`, or the project as it was named. */
  readonly name: string;
  /** The local project behind it; undefined when hosted. */
  readonly local?: LocalProject;
  /** What is deployed, for whom. Hosted: only the integrations `desired` names are managed. Throws rather than guess. */
  loadDeployed(desired: Manifest): Promise<Deployed>;
  /** Names of the destinations there are. */
  listDestinations(): Promise<string[]>;
  /** Applies exactly what was planned. Throws `deploy-base-moved` when the deployed state is not `base` any more. */
  deploy(request: DeployRequest): Promise<DeployOutcome>;
  close(): void;
}

export interface Deployed {
  /** Undefined = nothing yet. */
  manifest: Manifest | undefined;
  base: DeployBase;
  revision?: { number: number; id: string };
  installations: PlannedInstallation[];
  /** Daily API calls of an org (OrgRecord.id), as last seen. */
  apiLimitOf?: (orgId: string) => { used: number; max: number } | undefined;
  /** Integrations deployed there that the desired manifest does not name and a deploy leaves alone. */
  unmanaged: string[];
}

/** Where the deployed state stands. A plan names the base it was made on; a deploy is refused on another. */
export interface DeployBase {
  /** Tells two projects apart. */
  lineage: string;
  /** Moves with every deploy. */
  serial: number | string;
}

/** An installation as far as a plan looks at it, with what it runs now. */
export interface PlannedInstallation
  extends Pick<InstallationRecord, 'id' | 'integration' | 'groupRef' | 'groupName' | 'config'> {
  /** OrgRecord.id; undefined when the environment does not say. */
  orgId?: string;
  effective: Integration | undefined;
}

export interface DeployRequest {
  manifest: Manifest;
  /** The file, byte for byte. */
  source: Buffer;
  base: DeployBase;
  changes: Change[];
  onRemoved: 'keep' | 'stop';
  author: string;
  message?: string;
  /** Local only: number of the revision whose content this is. */
  rollbackOf?: number;
}

export interface DeployOutcome {
  /** False = the same is deployed already; nothing was written. */
  changed: boolean;
  /** Local: one. Hosted: one for each integration. */
  revisions: DeployedRevision[];
  /** Installations that now wait for somebody to choose something. */
  actionNeeded: { id: string; groupRef: string; groupName: string; reason: string }[];
}

export interface DeployedRevision {
  id: string;
  /** Local only. */
  number?: number;
  /** Hosted only. */
  integration?: { id: string; name: string };
}
