import { createHash } from 'node:crypto';
import type { LocalProject } from '../../environments/local/local-project.ts';
import type { InstallationRecord } from '../../installations/installation.ts';
import { findObject } from '../../manifest/identity.ts';
import type { Integration } from '../../manifest/manifest.ts';
import { isFault, parseSchedule, type Schedule } from '../../manifest/schedule/parse.ts';
import { activeReads } from '../read/active-reads.ts';
import { backfillPeriodOf, sourceOfInstallation } from '../read/read-source.ts';

/** One object that one installation reads by itself. */
export interface PlannedRead {
  /** `<installation> <object>` */
  key: string;
  installation: InstallationRecord;
  integration: Integration;
  /** Manifest's spelling. */
  objectName: string;
  /** Undefined: only its backfill runs by itself. */
  schedule: Schedule | undefined;
  hasBackfill: boolean;
  /** Where in the spread of all reads this one starts, in [0, 1): the same in every plan. */
  place: number;
}

/**
 * Everything that is to be read by itself, as deployed and installed now. An installation that cannot be planned is told
 * about and left out: the others are not its matter.
 */
export function planReads(
  project: LocalProject,
  onBroken: (installation: InstallationRecord, error: unknown) => void,
): PlannedRead[] {
  const schedules = new Map<string, Schedule | undefined>();
  const scheduleOf = (text: string) => {
    if (!schedules.has(text)) {
      const parsed = parseSchedule(text);
      // A deployed manifest was checked; an installation's own schedule as well.
      schedules.set(text, isFault(parsed) ? undefined : parsed);
    }
    return schedules.get(text);
  };
  const plan = (installation: InstallationRecord): PlannedRead[] => {
    const integration = project.integrationOf(installation);
    if (!integration) return [];
    return activeReads(integration, installation).map(({ objectName, schedule }) => {
      const key = `${installation.id} ${objectName}`;
      return {
        key,
        installation,
        integration,
        objectName,
        schedule: schedule === undefined ? undefined : scheduleOf(schedule),
        hasBackfill: backfillPeriodOf(sourceOfInstallation(installation, integration, objectName)) !== undefined,
        place: createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32,
      };
    });
  };
  return project.installations.list().flatMap((installation) => {
    try {
      return plan(installation);
    } catch (error) {
      onBroken(installation, error);
      return [];
    }
  });
}

/** Somebody uninstalled, connected another org, or paused it, since the read was planned. */
export function isCalledOff(
  { installations }: Pick<LocalProject, 'installations'>,
  { installation, integration, objectName }: PlannedRead,
): boolean {
  const now = installations.get(installation.id);
  if (now?.orgId !== installation.orgId || now.status === 'paused') return true;
  return findObject(integration.provider, now.pausedObjects, objectName) !== undefined;
}
