import type { InstallationConfig } from './config.ts';

/** One integration × one group (customer): its own choices, one connected org. Its operations and cursors refer to `id`. */
export interface InstallationRecord {
  /** `ins_…` */
  id: string;
  /** Name of the integration in the manifest. */
  integration: string;
  /** The customer's id in your product. */
  groupRef: string;
  groupName: string;
  /** The person who connected, when told. */
  consumerRef?: string;
  consumerName?: string;
  /** OrgRecord.id (`<orgId>:<userId>`). */
  orgId: string;
  config: InstallationConfig;
  status: InstallationStatus;
  /** Why it is not active: one sentence for people. */
  statusReason?: string;
  /** Objects whose scheduled reads a person paused; manifest spelling. Everything paused = status `paused`. */
  pausedObjects: PausedObject[];
  /** Manifest revision (number) the installation runs under; older than the deployed one while action is needed. */
  revision: number;
  /** Read objects that a deploy took out of the manifest and that go on as their last revision defines them. */
  keptObjects: KeptObject[];
  createdAt: string;
  updatedAt: string;
}

/** `action_needed`: a choice is missing, the old set keeps running. `needs_reauth`: the org takes our sign-in no more. */
export type InstallationStatus = 'active' | 'paused' | 'action_needed' | 'needs_reauth';

export interface PausedObject {
  objectName: string;
  note?: string;
  pausedAt: string;
}

export interface KeptObject {
  objectName: string;
  /** Name of the integration in that revision. */
  integration: string;
  /** Number of the last revision that defines the object. */
  revision: number;
}

/** Where installations are kept. Synchronous; calls join an open store transaction. */
export interface InstallationStore {
  get(id: string): InstallationRecord | undefined;
  find(groupRef: string, integration: string): InstallationRecord | undefined;
  /** Ordered by integration, then group. */
  list(filter?: InstallationFilter): InstallationRecord[];
  /** Inserts or replaces. Throws `installation-exists` when another record has the same group and integration. */
  save(record: InstallationRecord): void;
  /** Only the status; leaves the config alone. Throws `installation-not-found`. */
  setStatus(id: string, status: InstallationStatus, reason: string | undefined, at: string): void;
  /** True when there was one. */
  remove(id: string): boolean;
}

export interface InstallationFilter {
  integration?: string;
  groupRef?: string;
  orgId?: string;
  status?: InstallationStatus;
}
