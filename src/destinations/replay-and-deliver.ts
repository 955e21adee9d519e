import type { State } from '../store/state.ts';
import { type DeliveryOptions, deliverPending } from './sender/deliver-pending.ts';
import { type EventSelection, listEvents, replayEvents, selectedIds } from './stored-events.ts';

export interface ReplayResult {
  replayed: number;
  delivered: number;
  pending: number;
  dead: number;
  /** Not sent at all: a destination that could not be opened, a file that went nowhere. */
  failed: number;
  problems: { id: string; reason: string }[];
}

/** Puts the selected events back into the outbox and delivers them, or leaves the rest there after `limitMs`. */
export async function replayAndDeliver(
  state: State,
  selection: EventSelection,
  options: Omit<DeliveryOptions, 'state' | 'until' | 'filter'>,
): Promise<ReplayResult> {
  const ids = replayEvents(state.db, { ...selection, ids: selectedIds(state.db, selection) });
  const summary = await deliverPending({ ...options, state, until: 'drained', filter: { ids } });
  const unfinished = listEvents(state.db, { ids, states: ['pending', 'dead'] }, 20);
  return {
    replayed: ids.length,
    delivered: ids.length - summary.pending - summary.dead,
    pending: summary.pending,
    dead: summary.dead,
    failed: summary.problems.length,
    problems: [
      ...unfinished.flatMap(({ id, lastError }) => (lastError ? [{ id, reason: lastError }] : [])),
      ...summary.problems.map(({ destination, error }) => ({ id: destination, reason: (error as Error).message })),
    ],
  };
}
