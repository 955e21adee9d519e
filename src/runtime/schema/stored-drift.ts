import type { InstallationRecord } from '../../installations/installation.ts';
import type { Integration } from '../../manifest/manifest.ts';
import { countChanges, diffSchema } from './diff-schema.ts';
import { type DriftedObject, type DriftImpact, judgeDrift } from './drift-impact.ts';
import type { SchemaStore } from './schema-store.ts';

/** Drift of an installation as the newest look at each object left it; no org is asked. */
export interface StoredDrift {
  /** Newest look, milliseconds since 1970. */
  checkedAt: number;
  /** Fields that came, went or changed since the baseline. */
  changes: number;
  impacts: DriftImpact[];
}

/** Undefined when nobody has looked. States are not even read when they are the same and show all that is needed. */
export function storedDrift(
  store: SchemaStore,
  installation: InstallationRecord,
  integration: Integration | undefined,
): StoredDrift | undefined {
  const watched = store.list(installation.id).filter(({ org }) => org === installation.orgId);
  if (watched.length === 0 || !integration) return undefined;
  const drifted = new Map<string, DriftedObject>();
  if (watched.some(({ baseline, latest, fates }) => baseline !== latest || Object.keys(fates).length > 0)) {
    for (const { object, baseline, latest, fates } of watched) {
      const before = store.state(baseline);
      drifted.set(object, { before, diff: diffSchema(before, store.state(latest)), fates });
    }
  }
  return {
    checkedAt: Math.max(...watched.map(({ checkedAt }) => checkedAt)),
    changes: [...drifted.values()].reduce((sum, { diff }) => sum + countChanges(diff), 0),
    impacts: judgeDrift(integration, installation.config, drifted),
  };
}
