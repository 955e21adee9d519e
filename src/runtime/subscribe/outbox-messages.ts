import type { Outbox, OutboxMessage } from '../../destinations/destination.ts';
import { newMessageId } from '../../destinations/outbox.ts';
import { packMessages } from '../../destinations/pack.ts';
import type { MessageOwner } from '../read/envelope.ts';
import { renderEntry } from './event-entry.ts';
import { subscribeHead } from './event-message.ts';
import type { Delivered } from './follow.ts';

/**
 * Messages of delivered entries: entries of one commit travel together, in the stream's order. `destination` is empty where
 * the subscription names none.
 */
export function renderMessages(
  envelope: MessageOwner,
  items: readonly Delivered[],
  now: () => number = Date.now,
): OutboxMessage[] {
  return groupByCommit(items).flatMap((group) => {
    const [{ subscription, committedAtMs }] = group as [Delivered, ...Delivered[]];
    const head = subscribeHead(envelope, {
      objectName: subscription.deliveredName,
      rawObjectName: subscription.object,
      committedAtMs,
    });
    const records = group.map(({ entry }) => Buffer.from(renderEntry(entry)));
    return [...packMessages(head, records)].map((message) => ({
      id: newMessageId(now()),
      destination: subscription.destination ?? '',
      orderKey: subscription.deliveredName,
      body: message.body,
      records: message.records,
      topic: 'subscribe',
      ...(message.download ? { download: message.download } : {}),
    }));
  });
}

/** Commits the messages of the entries that have a destination. Call it inside the transaction that saves the position. */
export function addToOutbox(
  outbox: Outbox,
  envelope: MessageOwner,
  items: readonly Delivered[],
  now: () => number,
): void {
  const messages = renderMessages(envelope, items, now).filter(({ destination }) => destination !== '');
  if (messages.length > 0) outbox.add(messages);
}

function groupByCommit(items: readonly Delivered[]): Delivered[][] {
  const groups: Delivered[][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last && last[0]!.committedAtMs === item.committedAtMs && last[0]!.subscription === item.subscription)
      last.push(item);
    else groups.push([item]);
  }
  return groups;
}
