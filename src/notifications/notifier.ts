import type { DestinationRecord, Outbox, OutboxMessage } from '../destinations/destination.ts';
import { createDestinationStore } from '../destinations/destination-store.ts';
import { createOutbox, newMessageId } from '../destinations/outbox.ts';
import { downloadMarker, messageLimitBytes } from '../destinations/pack.ts';
import type { Clock } from '../platform/clock.ts';
import { randomBase62 } from '../platform/ids.ts';
import type { Database } from '../store/database.ts';
import type { NotificationData, NotificationType } from './notification.ts';
import { clearIncident, clearIncidentsBy, type IncidentSubject, openIncident } from './notification-incidents.ts';
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
  clear(type: NotificationType, subject: IncidentSubject): boolean;
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
  newDownloadId?: () => string;
}

const keptNotifications = 1_000;

export function createNotifier(db: Database, options: NotifierOptions): Notifier {
  const { clock } = options;
  const outbox = options.outbox ?? createOutbox(db, () => clock.now());
  const routes = createNotificationRoutes(db);
  const destinations = createDestinationStore(db, () => clock.now());
  const newDownloadId = options.newDownloadId ?? (() => randomBase62(22));
  return {
    notify: (type, data) =>
      db.transaction(() => {
        const at = clock.now();
        const summary = summarise(type, data);
        clearIncidentsBy(db, type, data);
        if (!openIncident(db, type, data, at, summary)) return { messages: [], destinations: [], repeated: true };
        const targets = routes
          .destinationsOf(type)
          .map((name) => destinations.find(name))
          .filter((destination) => destination !== undefined);
        const messages = targets.map((destination) => composeMessage(type, data, destination, at, summary, newDownloadId));
        outbox.add(messages);
        const ids = messages.map((message) => message.id);
        remember(db, type, at, summary, ids);
        return { messages: ids, destinations: targets.map(({ name }) => name), repeated: false };
      }),
    clear: (type, subject) => clearIncident(db, type, subject),
  };
}

/** The message for one destination, with its final bytes. */
function composeMessage(
  type: NotificationType,
  data: object,
  destination: DestinationRecord,
  at: number,
  summary: string,
  newDownloadId: () => string,
): OutboxMessage {
  const fitted = fitConfig(data, newDownloadId);
  const body = isSlack(destination)
    ? slackBody(summary, { notificationType: type, data: fitted.data })
    : { notificationType: type, data: fitted.data };
  return {
    id: newMessageId(at),
    destination: destination.name,
    orderKey: 'notifications',
    body: Buffer.from(JSON.stringify(body)),
    records: 0,
    topic: type,
    ...(fitted.download ? { download: fitted.download } : {}),
  };
}

// Room for the wrapper and an address in place of the config.
const dataLimitBytes = messageLimitBytes - 4_096;

/** `configURL` in place of a config that would make the message too large; a large `lastConfig` is left out then. */
function fitConfig(data: object, newDownloadId: () => string): { data: object; download?: OutboxMessage['download'] } {
  const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  if (size(data) <= dataLimitBytes || !('config' in data)) return { data };
  const { config, ...rest } = data as { config: unknown; lastConfig?: unknown };
  const id = newDownloadId();
  const fitted: Record<string, unknown> = { ...rest, configURL: downloadMarker(id) };
  if (size(fitted) > dataLimitBytes) delete fitted.lastConfig;
  return { data: fitted, download: { id, content: Buffer.from(JSON.stringify(config)) } };
}

function isSlack(destination: DestinationRecord): boolean {
  return 'url' in destination.settings && new URL(destination.settings.url).hostname === 'hooks.slack.com';
}

// Slack cuts a text at about 16,000 characters without a word.
const slackCharacters = 12_000;

/** Slack's incoming webhooks take `{text}`: one sentence, then the payload. */
function slackBody(summary: string, payload: object): { text: string } {
  const json = JSON.stringify(payload, null, 2).replaceAll('```', "'''");
  const shown = json.length > slackCharacters ? `${json.slice(0, slackCharacters)}\n… (cut)` : json;
  const sentence = summary.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { text: `${sentence}\n\`\`\`${shown}\`\`\`` };
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
