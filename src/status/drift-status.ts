import type { LocalProject } from '../environments/local/local-project.ts';
import type { InstallationRecord } from '../installations/installation.ts';
import { shellWord } from '../platform/shell-word.ts';
import type { DriftImpact } from '../runtime/schema/drift-impact.ts';
import { SchemaStore } from '../runtime/schema/schema-store.ts';
import { storedDrift } from '../runtime/schema/stored-drift.ts';
import type { Findings } from './status.ts';

/** Drift of one org's schema since the baseline, as the newest looks left it. */
export interface DriftStatus {
  checkedAt: string;
  /** Fields that came, went or changed. */
  changes: number;
  /** Consequences that need a person. */
  breaking: number;
}

/** Undefined when nobody has looked yet. */
export function gatherDrift(
  project: LocalProject,
  installation: InstallationRecord,
  found: Findings,
): DriftStatus | undefined {
  const store = new SchemaStore(project.state.db);
  const drift = storedDrift(store, installation, project.integrationOf(installation));
  if (!drift) return undefined;
  const { groupRef, integration } = installation;
  const breaking = drift.impacts.filter(({ level }) => level === 'breaking');
  const notices = drift.impacts.filter(({ level }) => level === 'notice');
  const tell = (list: Findings['attention'], impacts: readonly DriftImpact[]) => {
    const [first, ...others] = impacts;
    if (!first) return;
    const more = others.length === 0 ? '' : ` And ${others.length} more.`;
    list.push({
      kind: 'drift',
      subject: `${groupRef} (${integration})`,
      message: `${first.message}${more}`,
      remedy: `amp org drift --group ${shellWord(groupRef)}`,
    });
  };
  tell(found.attention, breaking);
  tell(found.notices, notices);
  return { checkedAt: new Date(drift.checkedAt).toISOString(), changes: drift.changes, breaking: breaking.length };
}
