import type { Drift } from './check-drift.ts';

/** What `amp org drift` answers. */
export interface DriftReport {
  orgs: OrgDrift[];
  summary: DriftSummary;
}

export interface OrgDrift {
  alias: string;
  orgId: string;
  installations: InstallationDrift[];
  /** With --all: why the org could not be asked. */
  error?: { code: string; message: string; hint: string };
}

/** Of an installation, or of an integration of the manifest when the org has none. */
export interface InstallationDrift extends Drift {
  integration: string;
  installationId?: string;
  groupRef?: string;
  groupName?: string;
}

export interface DriftSummary {
  orgs: number;
  /** Looked at for the first time. */
  baselines: number;
  created: number;
  deleted: number;
  changed: number;
  /** Consequences that need a person. */
  breaking: number;
  notices: number;
  /** Objects and orgs that could not be described. */
  failed: number;
}

export function sumUpDrift(orgs: OrgDrift[]): DriftReport {
  const installations = orgs.flatMap((org) => org.installations);
  const objects = installations.flatMap((installation) => installation.objects);
  const impacts = installations.flatMap((installation) => installation.impacts);
  const count = <Item>(items: readonly Item[], isOne: (item: Item) => boolean) => items.filter(isOne).length;
  const sum = (list: 'createdFields' | 'deletedFields' | 'changedFields') =>
    objects.reduce((total, object) => total + object[list].length, 0);
  return {
    orgs,
    summary: {
      orgs: orgs.length,
      baselines: count(objects, ({ outcome }) => outcome === 'baseline'),
      created: sum('createdFields'),
      deleted: sum('deletedFields'),
      changed: sum('changedFields'),
      breaking: count(impacts, ({ level }) => level === 'breaking'),
      notices: count(impacts, ({ level }) => level === 'notice'),
      failed: count(objects, ({ outcome }) => outcome === 'failed') + count(orgs, ({ error }) => error !== undefined),
    },
  };
}
