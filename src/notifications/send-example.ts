import { createDestinationStore } from '../destinations/destination-store.ts';
import { createOutbox } from '../destinations/outbox.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../store/database.ts';
import { composeMessage } from './compose.ts';
import { exampleData } from './example.ts';
import { type NotificationType, notificationTypes } from './notification.ts';
import { summarise } from './payload.ts';
import { createNotificationRoutes } from './routes.ts';

export interface ExampleOptions {
  clock: Clock;
  projectId: string;
  /** Names; those of the routes when absent. */
  destinations?: readonly string[];
}

/**
 * Puts an example of `type` into the outbox, once for each destination. Throws `notification-type-unknown`,
 * `notification-no-route`, `destination-not-found`.
 */
export function sendExample(
  db: Database,
  type: NotificationType,
  options: ExampleOptions,
): { type: NotificationType; messages: string[]; destinations: string[] } {
  if (!notificationTypes.includes(type)) {
    throw new AmpError({
      code: 'notification-type-unknown',
      message: `There is no notification "${type}".`,
      hint: `One of ${notificationTypes.join(', ')}.`,
    });
  }
  const { clock, projectId } = options;
  const store = createDestinationStore(db, () => clock.now());
  const names = options.destinations ?? createNotificationRoutes(db).destinationsOf(type);
  if (names.length === 0)
    throw new AmpError({ code: 'notification-no-route', message: `${type} has no route: it would go nowhere.` });
  const data = exampleData(type, projectId);
  const messages = names.map((name) =>
    composeMessage(type, data, store.require(name), { at: clock.now(), summary: `Test: ${summarise(type, data)}` }),
  );
  createOutbox(db, () => clock.now()).add(messages);
  return { type, messages: messages.map(({ id }) => id), destinations: [...names] };
}
