import { isPassing } from '../../errors/is-passing.ts';
import type { Clock } from '../../platform/clock.ts';
import type { StreamStore } from './stream-store.ts';
import type { Subscription } from './subscription.ts';

/** A time in which the org published no events of an object, which it publishes now: nobody but a reading tells what changed. */
export interface Lapse {
  subscription: Subscription;
  /** Milliseconds on the org's clock: until then the object was certainly selected. */
  fromMs: number;
  /** By then it was over. What the stream still has of an earlier time must not come after what is read. */
  knownAtMs: number;
  /** Names the lapse: a reading that was killed goes on under it. */
  cause: string;
  /** Joins the transaction that ends the reading. */
  close(): void;
}

export interface SelectionWorld {
  store: StreamStore;
  clock: Clock;
  subscriptions: readonly Subscription[];
  orgTime(): Promise<number>;
  /** Ids of what selects each object for change events; undefined when this user may not look. */
  fetchSelections(): Promise<ReadonlyMap<string, readonly string[]> | undefined>;
  /** Runs `work` in one store transaction. */
  transaction(work: () => void): void;
  /** Later looks found others silent than the look before. */
  onChange(silent: readonly string[]): void;
}

/** Whether the org still publishes what is followed. */
export interface SelectionWatch {
  /** Objects it does not, as of the last look. */
  readonly silent: readonly string[];
  /** Asks the org. Throws `org-…`. */
  look(): Promise<void>;
  /**
   * Looks when an hour has passed, and hands out each lapse once, as soon as the stream has told of its channel what was committed
   * before the look. One whose reading did not end is found again by another watch.
   */
  findLapses(toldUntilMs: (channel: string) => number): Promise<readonly Lapse[]>;
}

const lookEveryMs = 60 * 60_000;
/** After a look that failed for something that may pass. */
const tryAgainMs = 5 * 60_000;

export function watchSelection(world: SelectionWorld): SelectionWatch {
  const { store, clock } = world;
  let silent: string[] = [];
  let lapses: Lapse[] = [];
  let dueAt = 0;
  const look = async () => {
    // Before the answer: what is selected in it was selected at this moment, or is a new selection.
    const now = await world.orgTime();
    const selections = await world.fetchSelections();
    dueAt = clock.now() + lookEveryMs;
    if (!selections) return;
    const watched = world.subscriptions.filter(({ channel }) => channel.startsWith('/data/'));
    silent = watched.filter(({ object }) => !selections.has(object)).map(({ object }) => object);
    world.transaction(() => {
      lapses = watched.flatMap((subscription) =>
        compare(store, subscription, selections.get(subscription.object), now),
      );
    });
  };
  return {
    get silent() {
      return silent;
    },
    look,
    async findLapses(toldUntilMs) {
      if (clock.now() >= dueAt) {
        const before = silent.join();
        await look().catch((error) => {
          if (!isPassing(error)) throw error;
          dueAt = clock.now() + tryAgainMs;
        });
        if (silent.join() !== before) world.onChange(silent);
      }
      const due = lapses.filter(({ subscription, knownAtMs }) => toldUntilMs(subscription.channel) >= knownAtMs);
      lapses = lapses.filter((lapse) => !due.includes(lapse));
      return due;
    },
  };
}

function compare(
  store: StreamStore,
  subscription: Subscription,
  members: readonly string[] | undefined,
  now: number,
): Lapse[] {
  const { scope, channel } = subscription;
  const before = store.selection(scope, channel);
  if (!members) {
    const { healedToMs, committedAtMs } = store.position(scope, channel) ?? {};
    const selectedUntilMs =
      before?.selectedUntilMs ?? healedToMs ?? committedAtMs ?? store.start(scope, channel) ?? now;
    store.saveSelection(scope, channel, { members: [], selectedUntilMs });
    return [];
  }
  const close = () => store.saveSelection(scope, channel, { members, selectedUntilMs: now });
  // One that was there before and still is has selected the object all the time.
  if (!before || before.members.some((id) => members.includes(id))) {
    close();
    return [];
  }
  const cause = `selection ${members.join(',')}`;
  return [{ subscription, fromMs: before.selectedUntilMs, knownAtMs: now, cause, close }];
}
