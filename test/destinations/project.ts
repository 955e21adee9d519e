import type { CredentialStore } from '../../src/credentials/credential-store.ts';
import { createMemoryStore } from '../../src/credentials/memory.ts';
import { addDestination } from '../../src/destinations/add-destination.ts';
import type { OutboxMessage } from '../../src/destinations/destination.ts';
import { createOutbox, newMessageId } from '../../src/destinations/outbox.ts';
import type { RetrySchedule } from '../../src/destinations/schedule.ts';
import { type DeliveryOptions, deliverPending } from '../../src/destinations/sender/deliver-pending.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { openMemoryState, type State } from '../../src/store/state.ts';

export const quickSchedule: RetrySchedule = { delaysMs: [5, 5, 5, 5, 5, 5, 5], busyFloorMs: 0, jitter: 0 };

/** A project in memory with webhooks, and a way to store and deliver messages. */
export interface Project {
  state: State;
  credentials: CredentialStore;
  clock: Clock;
  addWebhook(name: string, url: string, headers?: Record<string, string>): Promise<{ id: string; secret: string }>;
  store(messages: Partial<OutboxMessage>[]): OutboxMessage[];
  deliver(options?: Partial<DeliveryOptions>): ReturnType<typeof deliverPending>;
}

export function openProject({
  state = openMemoryState(),
  credentials = createMemoryStore(),
  clock = systemClock,
}: Partial<{ state: State; credentials: CredentialStore; clock: Clock }> = {}): Project {
  return {
    state,
    credentials,
    clock,
    async addWebhook(name, url, headers = {}) {
      const added = await addDestination(
        { db: state.db, credentials: async () => credentials, clock },
        { name, kind: 'webhook', url, headers, allowPrivateNetwork: true },
      );
      return { id: added.destination.id, secret: added.secret! };
    },
    store(messages) {
      const full = messages.map((message) => ({
        id: newMessageId(clock.now()),
        destination: 'crm',
        orderKey: 'contact',
        body: Buffer.from('{"ok":true}'),
        records: 1,
        topic: 'read',
        ...message,
      }));
      state.db.transaction(() => createOutbox(state.db, () => clock.now()).add(full));
      return full;
    },
    deliver: (options = {}) =>
      deliverPending({
        state,
        credentials,
        clock,
        until: 'drained',
        limitMs: 10_000,
        schedule: quickSchedule,
        ...options,
      }),
  };
}
