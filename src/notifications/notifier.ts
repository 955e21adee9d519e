import type { Outbox } from '../destinations/destination.ts';
import { createDestinationStore } from '../destinations/destination-store.ts';
import { createOutbox } from '../destinations/outbox.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';
import { composeChatMessage, composeMessage, isChat } from './compose.ts';
import type { NotificationData, NotificationType } from './notification.ts';
import {
  type ClearedIncident,
  clearIncident,
  clearIncidentsBy,
  type IncidentSubject,
  type IncidentType,
  openIncident,
  openOnce,
} from './notification-incidents.ts';
import { summarise } from './payload.ts';
import { createNotificationRoutes } from './routes.ts';

/**
 * Tells a project what happened, through the outbox that its messages go through. Calls are synchronous and join the open
 * transaction: the notification commits with what it tells of, or not at all.
 */
export interface Notifier {
  /** Once per incident: repeated failures of one thing are told when they begin. */
  notify<Type extends NotificationType>(type: Type, data: NotificationData[Type]): NotifyResult;
  /** Says that something works again which no event tells (a subscription made, a destination enabled). */
  clear(type: IncidentType, subject: IncidentSubject): boolean;
  /** Tells the chats on the route of paused reads, once, that a scheduled read fails: before anything is paused. */
  warnOfFailingRead(subject: IncidentSubject, summary: string): void;
}

export interface NotifyResult {
  /** Ids of the messages put into the outbox; none when there is no route or the incident was told already. */
  messages: string[];
  /** Names of the destinations they go to. */
  destinations: string[];
  /** True when an open incident swallowed it. */
  repeated: boolean;
}

export interface NotifierOptions {
  clock: Clock;
  outbox?: Outbox;
}

const keptNotifications = 1_000;

export function createNotifier(db: Database, options: NotifierOptions): Notifier {
  const { clock } = options;
  const outbox = options.outbox ?? createOutbox(db, () => clock.now());
  const routes = createNotificationRoutes(db);
  const destinations = createDestinationStore(db, () => clock.now());
  const targetsOf = (type: NotificationType) =>
    routes.destinationsOf(type).flatMap((name) => destinations.find(name) ?? []);
  const tellChats = (type: IncidentType, sentence: string) => {
    // Programs get what is documented; people are told also that a read begins to fail, and that something works again.
    const chats = targetsOf(type === 'read.failing' ? 'read.schedule.paused' : type).filter(isChat);
    outbox.add(chats.map((chat) => composeChatMessage(type, sentence, chat, clock.now())));
  };
  const tellResolved = (cleared: readonly ClearedIncident[]) => {
    for (const { type, summary } of cleared) tellChats(type, `Resolved: ${summary}`);
    return cleared.length > 0;
  };
  return {
    notify: (type, data) =>
      db.transaction(() => {
        const at = clock.now();
        const summary = summarise(type, data);
        tellResolved(clearIncidentsBy(db, type, data));
        if (!openIncident(db, type, data, at, summary)) return { messages: [], destinations: [], repeated: true };
        const targets = targetsOf(type);
        const messages = targets.map((destination) => composeMessage(type, data, destination, { at, summary }));
        outbox.add(messages);
        const ids = messages.map((message) => message.id);
        remember(db, type, at, summary, ids);
        return { messages: ids, destinations: targets.map(({ name }) => name), repeated: false };
      }),
    clear: (type, subject) => db.transaction(() => tellResolved(clearIncident(db, type, subject))),
    warnOfFailingRead: (subject, summary) =>
      db.transaction(() => {
        if (openOnce(db, 'read.failing', subject, clock.now(), summary)) tellChats('read.failing', summary);
      }),
  };
}

function remember(db: Database, type: string, at: number, summary: string, messages: string[]): void {
  const { lastInsertRowid } = db
    .prepare('INSERT INTO notifications (type, at, summary, messages) VALUES (?, ?, ?, ?)')
    .run(type, at, summary, JSON.stringify(messages));
  db.prepare('DELETE FROM notifications WHERE number <= ?').run(Number(lastInsertRowid) - keptNotifications);
}

/** What was told, newest first; without a route there are no messages. */
export function listNotifications(
  db: Database,
  limit: number,
): { type: NotificationType; at: string; summary: string; messages: string[] }[] {
  return db
    .prepare('SELECT type, at, summary, messages FROM notifications ORDER BY number DESC LIMIT ?')
    .all<{ type: NotificationType; at: number; summary: string; messages: string }>(limit)
    .map((row) => ({ ...row, at: new Date(row.at).toISOString(), messages: JSON.parse(row.messages) as string[] }));
}
