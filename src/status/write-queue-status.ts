import { createQueueStore } from '../runtime/write/queue/queue-store.ts';
import type { State } from '../store/state.ts';
import type { Findings } from './status.ts';

/** Asynchronous writes that have not ended; `gathering` ones still take records. */
export interface WriteQueueStatus {
  waiting: number;
  gathering: number;
}

/** Counts queued writes, and says when nothing is there to send them. */
export function gatherWriteQueue({ db }: State, isRunning: boolean, found: Findings): WriteQueueStatus {
  const { waiting, gathering } = createQueueStore(db).count();
  const total = waiting + gathering;
  if (total > 0 && !isRunning) {
    found.notices.push({
      kind: 'queue',
      subject: 'writes',
      message: total === 1 ? 'one asynchronous write waits' : `${total} asynchronous writes wait`,
      remedy: 'amp run',
    });
  }
  return { waiting, gathering };
}
