import type { InstallationRecord } from '../../installations/installation.ts';
import type { TriggeredRead } from '../../notifications/notification.ts';
import type { Notifier } from '../../notifications/notifier.ts';
import { installationSet } from '../../notifications/payload.ts';
import type { ReadType } from './run-read.ts';

export interface ReadAnnouncement {
  projectId: string;
  installation: InstallationRecord;
  readType: ReadType;
  /** The name messages carry. */
  objectName: string;
  /** ISO times of a triggered read. */
  window?: Pick<TriggeredRead, 'fromTimestamp' | 'untilTimestamp'>;
}

/** Tells that a customer's backfill or triggered read is done; scheduled reads are told by their messages alone. */
export function announceReadDone(notifier: Notifier, read: ReadAnnouncement): void {
  const data = { ...installationSet(read.installation, read.projectId), objectName: read.objectName };
  if (read.readType === 'backfill') notifier.notify('read.backfill.done', data);
  else if (read.readType === 'triggered') notifier.notify('read.triggered.done', { ...data, ...read.window });
}

/** Tells once that a customer's triggered read failed. */
export function announceReadFailed(notifier: Notifier, read: ReadAnnouncement, error: unknown): void {
  if (read.readType !== 'triggered') return;
  const set = installationSet(read.installation, read.projectId);
  const message = error instanceof Error ? error.message : String(error);
  notifier.notify('read.triggered.error', { ...set, objectName: read.objectName, ...read.window, error: message });
}
