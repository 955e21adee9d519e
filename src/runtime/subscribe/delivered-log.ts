import type { LogHandle } from '../../operations/operation-log.ts';
import { countOf } from '../../platform/group-digits.ts';
import type { Delivered } from './follow.ts';

/** A line a second tells what came; a line an event would cost more than the event. */
const linePauseMs = 1_000;

export interface DeliveredLog {
  add(items: readonly Delivered[]): void;
  /** Writes what no line has told yet. */
  end(): void;
}

/** Counts delivered events into the log of each channel. `how`: `put into the outbox`, `shown`. */
export function createDeliveredLog(
  streams: ReadonlyMap<string, LogHandle>,
  how: string,
  now: () => number,
): DeliveredLog {
  const counts = new Map<string, number>();
  let toldAt = Number.NEGATIVE_INFINITY;
  const end = () => {
    for (const [channel, count] of counts) streams.get(channel)?.info(`${countOf(count, 'event')} ${how}`);
    counts.clear();
  };
  return {
    add(items) {
      for (const { subscription } of items)
        counts.set(subscription.channel, (counts.get(subscription.channel) ?? 0) + 1);
      if (now() - toldAt < linePauseMs) return;
      toldAt = now();
      end();
    },
    end,
  };
}
