import type { LocalProject } from '../environments/local/local-project.ts';
import { readConfigOf } from '../installations/choices.ts';
import type { InstallationRecord, InstallationStatus } from '../installations/installation.ts';
import type { ReadObject } from '../manifest/manifest.ts';
import { nextRunAfter } from '../manifest/schedule/next-run.ts';
import { isFault, parseSchedule } from '../manifest/schedule/parse.ts';
import { findOperations } from '../operations/find-operations.ts';
import type { OperationStatus } from '../operations/operation-log.ts';
import { countRecentOperations, hasEverWorked } from '../operations/recent-operations.ts';
import { shellWord } from '../platform/shell-word.ts';
import { listOrgHolds } from '../runtime/schedule/org-holds.ts';
import { ScheduleStore } from '../runtime/schedule/schedule-store.ts';
import type { State } from '../store/state.ts';
import { type DriftStatus, gatherDrift } from './drift-status.ts';
import type { Findings } from './status.ts';

export interface InstallationStatusRow {
  id: string;
  integration: string;
  groupRef: string;
  groupName: string;
  orgId: string;
  status: InstallationStatus;
  statusReason?: string;
  /** Hosted words: does everything it should be doing work? */
  healthStatus: 'healthy' | 'unhealthy';
  lastOperationStatus?: string;
  /** Of its operations of the last 24 hours that have ended. */
  errorRate: { failed: number; ended: number };
  /** Delivered by its reads, or written, in the last 24 hours. */
  records: number;
  reads: ReadStatus[];
  /** Since the baseline, by the newest looks at its org; absent when nobody has looked. */
  drift?: DriftStatus;
}

export interface ReadStatus {
  objectName: string;
  schedule?: string;
  paused: boolean;
  /** Set while `amp run` itself has paused it, with what failed. */
  pausedFor?: { failures: number; error: string };
  lastReadAt?: string;
  lastResult?: 'success' | 'failure' | 'unknown';
  /** How long the oldest run that was due has been waiting; 0 when none is. */
  lagMs?: number;
}

const dayMs = 86_400_000;
// A run takes its time, and so does a scheduler that has just been started.
const toleratedLagMs = 10 * 60_000;

export function gatherInstallations(project: LocalProject, now: number, found: Findings): InstallationStatusRow[] {
  // An org whose reads wait for its API calls is told once, with the org.
  const held = new Set(listOrgHolds(project.state.db).map(({ org }) => org));
  return project.installations.list().map((installation) => {
    const objects = chosenObjects(installation, project.integrationOf(installation)?.read?.objects ?? []);
    const isHeld = held.has(installation.orgId);
    return describeInstallation({ project, isHeld, now, found }, installation, objects);
  });
}

/** What the customer has chosen, switched off or not, and what is read unasked: the rest of the manifest is no matter of theirs. */
function chosenObjects({ config }: InstallationRecord, objects: readonly ReadObject[]): ReadObject[] {
  return objects.filter(
    (object) => object.enabled === 'always' || readConfigOf(config.provider, config, object.objectName) !== undefined,
  );
}

interface Look {
  project: LocalProject;
  /** Its org's reads wait. */
  isHeld: boolean;
  now: number;
  found: Findings;
}

function describeInstallation(
  { project, isHeld, now, found }: Look,
  installation: InstallationRecord,
  objects: readonly ReadObject[],
): InstallationStatusRow {
  const { db } = project.state;
  const { id, groupRef } = installation;
  const recent = countRecentOperations(db, { groupRef, installationId: id, since: now - dayMs });
  const reads = objects.map((object) => describeRead(db, installation, object, now));
  const drift = gatherDrift(project, installation, found);
  judgeInstallation(installation, reads, found, isHeld);
  const late = !isHeld && reads.some((read) => (read.lagMs ?? 0) > toleratedLagMs);
  return {
    id,
    integration: installation.integration,
    groupRef,
    groupName: installation.groupName,
    orgId: installation.orgId,
    status: installation.status,
    ...(installation.statusReason === undefined ? {} : { statusReason: installation.statusReason }),
    healthStatus:
      late ||
      installation.status === 'needs_reauth' ||
      reads.some((read) => read.lastResult === 'failure' || read.pausedFor)
        ? 'unhealthy'
        : 'healthy',
    ...(recent.lastStatus ? { lastOperationStatus: recent.lastStatus } : {}),
    errorRate: { failed: recent.failed, ended: recent.ended },
    records: recent.records,
    reads,
    ...(drift ? { drift } : {}),
  };
}

function describeRead(db: State['db'], installation: InstallationRecord, object: ReadObject, now: number): ReadStatus {
  const filter = {
    groupRef: installation.groupRef,
    installationId: installation.id,
    objects: [object.objectName],
    actions: ['read' as const],
  };
  const thing = { groupRef: installation.groupRef, object: object.objectName, action: 'read' as const };
  // Without this, all of a customer's operations are gone through for what never worked.
  const [worked] = hasEverWorked(db, thing)
    ? findOperations(db, { ...filter, statuses: ['success'], limit: 1 }).operations
    : [];
  const ends: OperationStatus[] = worked ? ['success', 'failure', 'unknown'] : ['failure', 'unknown'];
  const [last] = findOperations(db, { ...filter, statuses: ends, limit: 1 }).operations;
  const config = readConfigOf(installation.config.provider, installation.config, object.objectName);
  const schedule = config?.schedule || object.schedule;
  const paused =
    installation.status === 'paused' ||
    config?.disabled === true ||
    installation.pausedObjects.some((other) => other.objectName.toLowerCase() === object.objectName.toLowerCase());
  const row = new ScheduleStore(db).find(installation.id, object.objectName);
  const lagMs = paused ? undefined : lagOf(schedule, Date.parse(worked?.createTime ?? installation.createdAt), now);
  return {
    objectName: object.objectName,
    ...(schedule === undefined ? {} : { schedule }),
    paused,
    ...(paused && row?.pausedAt != null ? { pausedFor: { failures: row.failures, error: row.lastError ?? '' } } : {}),
    ...(worked ? { lastReadAt: worked.endTime ?? worked.createTime } : {}),
    ...(last && last.status !== 'in_progress' ? { lastResult: last.status } : {}),
    ...(lagMs === undefined ? {} : { lagMs }),
  };
}

/** Since when a run is due that nothing has served; undefined without a schedule. */
function lagOf(schedule: string | undefined, servedAt: number, now: number): number | undefined {
  const parsed = schedule === undefined ? undefined : parseSchedule(schedule);
  if (!parsed || isFault(parsed)) return undefined;
  const due = nextRunAfter(parsed, servedAt);
  return due === undefined ? undefined : Math.max(0, now - due);
}

function judgeInstallation(
  installation: InstallationRecord,
  reads: readonly ReadStatus[],
  found: Findings,
  isHeld: boolean,
): void {
  const subject = `${installation.groupRef} (${installation.integration})`;
  const { integration, status, statusReason } = installation;
  const group = shellWord(installation.groupRef);
  if (status === 'action_needed') {
    found.attention.push({
      kind: 'installation',
      subject,
      message: statusReason ?? 'a choice is missing',
      remedy: `amp installations show ${installation.id}`,
    });
  }
  if (status === 'needs_reauth') {
    // Told with the org, once for all that wait for it; unless the org is fine again and only this record does not know.
    if (found.attention.some(({ kind }) => kind === 'org')) return;
    const message = statusReason ?? 'it stopped when the org took our sign-in no more';
    found.attention.push({
      kind: 'installation',
      subject,
      message,
      remedy: `The next read resumes it: amp read ${reads[0]?.objectName ?? '<object>'} --group ${group} --integration ${integration} --scheduled --deliver`,
    });
    return;
  }
  for (const read of reads) {
    if (read.pausedFor) {
      found.attention.push({
        kind: 'read',
        subject,
        message: `${read.objectName} is paused after ${read.pausedFor.failures} failed reads: ${read.pausedFor.error}`,
        remedy: `amp installations resume ${group} --object ${read.objectName}`,
      });
    } else if (read.lastResult === 'failure') {
      found.attention.push({
        kind: 'read',
        subject,
        message: `the last read of ${read.objectName} failed`,
        remedy: `amp logs --group ${group} --object ${read.objectName}`,
      });
    } else if (!isHeld && (read.lagMs ?? 0) > toleratedLagMs) {
      found.attention.push({
        kind: 'read',
        subject,
        message: `${read.objectName} is behind its schedule (${read.schedule})`,
        remedy: `Start amp run, or read it once: amp read ${read.objectName} --group ${group} --integration ${integration} --scheduled --deliver`,
      });
    }
  }
}
