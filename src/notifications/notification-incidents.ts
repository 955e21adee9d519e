import type { Database } from '../store/database.ts';
import type { InstallationSet, NotificationType } from './notification.ts';

/**
 * An incident is told once, however often it is met again, until something clears it: the opposite event, by the table
 * below, or whoever repaired it (`clear`). Only then is the same thing told again.
 */
interface IncidentKind {
  /** What is broken: an installation, a connection or a destination. */
  subject: 'installationId' | 'connectionId' | 'destinationId';
  /** Broken for each object on its own. */
  byObject?: boolean;
  clearedBy: readonly NotificationType[];
}

const incidentKinds: Partial<Record<NotificationType, IncidentKind>> = {
  'connection.error': {
    subject: 'connectionId',
    clearedBy: ['connection.created', 'connection.refreshed', 'connection.updated', 'connection.deleted'],
  },
  'read.triggered.error': {
    subject: 'installationId',
    byObject: true,
    clearedBy: ['read.triggered.done', 'read.backfill.done', 'installation.deleted'],
  },
  'read.schedule.paused': { subject: 'installationId', clearedBy: ['installation.updated', 'installation.deleted'] },
  'subscribe.create.error': { subject: 'installationId', clearedBy: ['installation.deleted'] },
  'destination.webhook.disabled': { subject: 'destinationId', clearedBy: [] },
};

/** `read.failing` is told to chats only: a scheduled read that fails, and is tried again. */
export type IncidentType = NotificationType | 'read.failing';

export interface OpenIncident {
  type: IncidentType;
  subject: string;
  object?: string;
  /** ISO times. */
  openedAt: string;
  lastAt: string;
  times: number;
  summary: string;
}

export interface IncidentSubject {
  subject: string;
  object?: string;
}

/** Opens the incident of this event; false when it is open already, and then it must not be told again. */
export function openIncident(db: Database, type: NotificationType, data: object, at: number, summary: string): boolean {
  const kind = incidentKinds[type];
  if (!kind) return true;
  return openOnce(db, type, subjectOf(kind, data), at, summary);
}

/** The same for what no notification tells. */
export function openOnce(
  db: Database,
  type: IncidentType,
  { subject, object = '' }: IncidentSubject,
  at: number,
  summary: string,
): boolean {
  const { changes } = db
    .prepare(
      'UPDATE notification_incidents SET last_at = ?, times = times + 1 WHERE type = ? AND subject = ? AND object = ?',
    )
    .run(at, type, subject, object);
  if (changes > 0) return false;
  db.prepare('INSERT INTO notification_incidents VALUES (?, ?, ?, ?, ?, 1, ?)').run(
    type,
    subject,
    object,
    at,
    at,
    summary,
  );
  return true;
}

/** Clears the incidents that this event ends, and answers them. */
export function clearIncidentsBy(db: Database, event: NotificationType, data: object): ClearedIncident[] {
  const cleared: ClearedIncident[] = [];
  for (const [type, kind] of Object.entries(incidentKinds) as [NotificationType, IncidentKind][]) {
    if (!kind.clearedBy.includes(event)) continue;
    const { subject, object } = subjectOf(kind, data);
    cleared.push(...clearIncident(db, type, { subject, ...(object ? { object } : {}) }));
  }
  return cleared;
}

export interface ClearedIncident {
  type: IncidentType;
  summary: string;
}

/** Clears an incident, of one object or (none given) of all, and answers what was cleared. */
export function clearIncident(
  db: Database,
  type: IncidentType,
  { subject, object }: IncidentSubject,
): ClearedIncident[] {
  return db
    .prepare(
      'DELETE FROM notification_incidents WHERE type = ?1 AND subject = ?2 AND (?3 IS NULL OR object = ?3) RETURNING type, summary',
    )
    .all<ClearedIncident>(type, subject, object ?? null);
}

/** Oldest first. */
export function listOpenIncidents(db: Database): OpenIncident[] {
  return db
    .prepare('SELECT * FROM notification_incidents ORDER BY opened_at, type, subject, object')
    .all<{
      type: IncidentType;
      subject: string;
      object: string;
      opened_at: number;
      last_at: number;
      times: number;
      summary: string;
    }>()
    .map((row) => ({
      type: row.type,
      subject: row.subject,
      ...(row.object ? { object: row.object } : {}),
      openedAt: new Date(row.opened_at).toISOString(),
      lastAt: new Date(row.last_at).toISOString(),
      times: row.times,
      summary: row.summary,
    }));
}

function subjectOf(kind: IncidentKind, data: object): { subject: string; object: string } {
  const facts = data as Partial<InstallationSet & { objectName: string; destinationId: string }>;
  return { subject: facts[kind.subject] ?? '', object: kind.byObject ? (facts.objectName ?? '') : '' };
}
