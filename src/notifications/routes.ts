import { AmpError } from '../errors/amp-error.ts';
import { suggest } from '../manifest/suggest.ts';
import type { Database } from '../store/database.ts';
import { type NotificationType, notificationTypes } from './notification.ts';

/** One way through: this type, over this topic, to these destinations (names; none = goes nowhere). */
export interface NotificationRoute {
  type: NotificationType;
  topic: string;
  destinations: string[];
}

/** Event types → topics → destinations. A type without a route is not sent. */
export interface NotificationRoutes {
  list(): NotificationRoute[];
  /** Adds what is missing. Throws `notification-topic-name`, `notification-type-unknown`. */
  add(change: RouteChange): void;
  /** Takes away the types, or the destinations, or (neither given) the whole topic. */
  remove(change: RouteChange): void;
  /** Names of the destinations that get this type, each once. */
  destinationsOf(type: NotificationType): string[];
}

export interface RouteChange {
  topic: string;
  types: readonly string[];
  destinations: readonly string[];
}

export function createNotificationRoutes(db: Database): NotificationRoutes {
  return {
    list: () => listRoutes(db),
    add({ topic, types, destinations }) {
      checkTopic(topic);
      for (const type of types) checkType(type);
      db.transaction(() => {
        for (const type of types)
          db.prepare('INSERT INTO notification_routes VALUES (?, ?) ON CONFLICT DO NOTHING').run(type, topic);
        for (const destination of destinations)
          db.prepare('INSERT INTO notification_topics VALUES (?, ?) ON CONFLICT DO NOTHING').run(topic, destination);
      });
    },
    remove({ topic, types, destinations }) {
      db.transaction(() => {
        for (const type of types)
          db.prepare('DELETE FROM notification_routes WHERE type = ? AND topic = ?').run(type, topic);
        for (const destination of destinations)
          db.prepare('DELETE FROM notification_topics WHERE topic = ? AND destination = ?').run(topic, destination);
        if (types.length + destinations.length > 0) return;
        db.prepare('DELETE FROM notification_routes WHERE topic = ?').run(topic);
        db.prepare('DELETE FROM notification_topics WHERE topic = ?').run(topic);
      });
    },
    destinationsOf: (type) =>
      db
        .prepare(
          `SELECT DISTINCT destination FROM notification_routes JOIN notification_topics USING (topic)
           WHERE type = ? ORDER BY destination`,
        )
        .all<{ destination: string }>(type)
        .map((row) => row.destination),
  };
}

function listRoutes(db: Database): NotificationRoute[] {
  const destinations = new Map<string, string[]>();
  const rows = db.prepare('SELECT topic, destination FROM notification_topics ORDER BY topic, destination');
  for (const { topic, destination } of rows.all<{ topic: string; destination: string }>())
    destinations.set(topic, [...(destinations.get(topic) ?? []), destination]);
  return db
    .prepare('SELECT type, topic FROM notification_routes')
    .all<{ type: NotificationType; topic: string }>()
    .map(({ type, topic }) => ({ type, topic, destinations: destinations.get(topic) ?? [] }))
    .sort((a, b) => order(a.type) - order(b.type) || a.topic.localeCompare(b.topic));
}

const order = (type: NotificationType) => notificationTypes.indexOf(type);

function checkTopic(topic: string): void {
  if (/^[A-Za-z0-9-]{1,64}$/.test(topic)) return;
  throw new AmpError({ code: 'notification-topic-name', message: `"${topic}" cannot be the name of a topic.` });
}

function checkType(type: string): void {
  if (notificationTypes.includes(type as NotificationType)) return;
  const near = suggest(type, notificationTypes);
  throw new AmpError({
    code: 'notification-type-unknown',
    message: `There is no notification "${type}".`,
    hint: near ? `Did you mean "${near}"?` : `One of ${notificationTypes.join(', ')}.`,
  });
}
