import { isPassing } from '../../src/errors/is-passing.ts';
import type { JsonObject } from '../../src/mapping/json.ts';
import { JsonFragment } from '../../src/mapping/json-fragment.ts';
import type { StartPosition } from '../../src/providers/event-source.ts';
import { createCometdSource } from '../../src/providers/salesforce/events/cometd-source.ts';
import { type Delivered, followEvents } from '../../src/runtime/subscribe/follow.ts';
import { watchSelection } from '../../src/runtime/subscribe/selection-watch.ts';
import { StreamStore } from '../../src/runtime/subscribe/stream-store.ts';
import type { Subscription } from '../../src/runtime/subscribe/subscription.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { passing, type SimulatedKind, SimulatedStream, seeded, VirtualClock } from './simulated-stream.ts';

const channel = '/data/AccountChangeEvent';
const subscription: Subscription = {
  scope: 'ins_1',
  object: 'Account',
  channel,
  selection: { create: true, delete: true, update: { kind: 'all' }, otherEvents: [] },
  plan: {
    object: 'Account',
    columns: [{ path: ['Name'], kind: 'text', parents: [] }],
    targets: [
      { place: 'fields', path: ['name'], source: { kind: 'column', column: 0 }, values: undefined, writtenAs: 'Name' },
    ],
    notices: [],
  },
  columns: ['Id', 'Name', 'SystemModstamp', 'CreatedDate'],
  stampColumn: 'SystemModstamp',
  deliveredName: 'account',
  destination: 'crm',
};

interface Row {
  name: string;
  createdAt: number;
  changedAt: number;
  deleted: boolean;
}

/** An org whose rows change, are merged into one event, are told as gaps or not at all, beside a follower that dies now and then. */
class World {
  readonly random: () => number;
  readonly clock = new VirtualClock();
  readonly rows = new Map<string, Row>();
  readonly stream: SimulatedStream;
  readonly state = openMemoryState();
  readonly store: StreamStore;
  /** What a receiver knows: last state per record. */
  readonly replica = new Map<string, string | undefined>();
  /** Nobody works in the org any more: the follower has only to catch up. */
  isQuiet = false;
  /** What selects the object for change events; an admin takes it out now and then, and nothing is told meanwhile. */
  members = ['m0'];
  #next = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.stream = new SimulatedStream(channel, this.clock, this.random, {
      drop: 0.08,
      dropAnswer: 0.08,
      forget: 0.04,
      expireSession: 0.02,
      busy: 0.04,
    });
    this.store = new StreamStore(this.state.db, () => this.clock.now());
    const selectedUntilMs = this.clock.now();
    this.store.saveSelection('ins_1', channel, { members: this.members, selectedUntilMs });
  }

  change(): void {
    this.clock.advance(1000 + Math.floor(this.random() * 60_000));
    const now = this.clock.now();
    const alive = [...this.rows].filter(([, row]) => !row.deleted).map(([id]) => id);
    const dice = this.random();
    const transaction = `t${this.#next++}`;
    const isSelected = this.members.length > 0;
    if (this.random() < (isSelected ? 0.04 : 0.3)) this.members = isSelected ? [] : [`m${this.#next++}`];
    const tell = (kind: SimulatedKind, ids: string[]) => {
      if (this.members.length === 0) return;
      const lot = this.random();
      if (lot < 0.06) this.stream.commit(transaction, 'GAP_OVERFLOW', []);
      else if (lot < 0.2) this.stream.commit(transaction, `GAP_${kind}` as SimulatedKind, ids);
      else this.stream.commit(transaction, kind, ids);
    };
    if (dice < 0.4 || alive.length === 0) {
      const ids = Array.from(
        { length: 1 + Math.floor(this.random() * 3) },
        () => `001${String(this.#next++).padStart(12, '0')}AAA`,
      );
      for (const id of ids) this.rows.set(id, { name: transaction, createdAt: now, changedAt: now, deleted: false });
      tell('CREATE', ids);
      return;
    }
    const ids = alive.filter(() => this.random() < 0.4).slice(0, 4);
    if (ids.length === 0) return;
    const isDelete = dice > 0.85;
    for (const id of ids) Object.assign(this.rows.get(id)!, { name: transaction, changedAt: now, deleted: isDelete });
    tell(isDelete ? 'DELETE' : 'UPDATE', ids);
  }

  /** A life of the follower: `steps` steps, then killed, perhaps in the middle of a transaction. */
  async live(from: StartPosition, steps: number): Promise<void> {
    const controller = new AbortController();
    const killed = new Error('killed');
    let left = steps;
    const pending: Delivered[] = [];
    const record = (id: string): JsonObject | undefined => {
      const row = this.rows.get(id);
      if (!row || row.deleted) return undefined;
      return {
        Id: id,
        Name: row.name,
        SystemModstamp: new Date(row.changedAt).toISOString(),
        CreatedDate: new Date(row.createdAt).toISOString(),
      };
    };
    const rows = () => [...this.rows];
    // The org is away now and then when it is asked for records.
    const mayFail = () => {
      if (this.random() < 0.05) throw passing('salesforce-unavailable');
    };
    const step = () => {
      if (!this.isQuiet && this.random() < 0.5) this.change();
      // Selections are looked at each hour.
      if (this.random() < 0.1) this.clock.advance(3_600_000);
      if (--left <= 0) controller.abort();
    };
    const transaction = (work: () => void) =>
      this.state.db.transaction(() => {
        pending.length = 0;
        work();
        if (this.random() < 0.05) throw killed;
      });
    const selection = watchSelection({
      store: this.store,
      clock: this.clock,
      subscriptions: [subscription],
      orgTime: async () => this.clock.now(),
      fetchSelections: async () => {
        mayFail();
        return new Map(this.members.length > 0 ? [['Account', this.members]] : []);
      },
      transaction,
      onChange: () => {},
    });
    try {
      await selection.look();
      await followEvents(
        {
          source: createCometdSource({ transport: this.stream, clock: this.clock, random: this.random }),
          store: this.store,
          clock: this.clock,
          signal: controller.signal,
          orgTime: async () => this.clock.now(),
          fetchRecords: async (_subscription, ids) => {
            mayFail();
            return new Map(
              ids.flatMap((id) => {
                const found = record(id);
                return found ? [[id, JsonFragment.fromValue(found)] as const] : [];
              }),
            );
          },
          async *fetchWindow(_subscription, { fromMs, toMs }, phase) {
            const told = rows()
              .filter(
                ([, row]) => row.deleted === (phase === 'deleted') && row.changedAt >= fromMs && row.changedAt <= toMs,
              )
              .sort(([, a], [, b]) => a.changedAt - b.changedAt);
            for (const [id, row] of told) {
              mayFail();
              yield [record(id) ?? { Id: id, SystemModstamp: new Date(row.changedAt).toISOString() }];
            }
          },
          findLapses: selection.findLapses,
          transaction,
          deliver: (items) => void pending.push(...items),
          onDelivered: (items) => {
            for (const { type, recordId, entry } of items)
              this.replica.set(recordId, type === 'delete' ? undefined : String((entry.fields as JsonObject).name));
            step();
          },
          onStatus: step,
          note: () => {},
        },
        [subscription],
        () => from,
      );
    } catch (error) {
      // A life that finds the org away as it begins is a short one.
      if (error !== killed && !isPassing(error)) throw error;
    }
  }

  position(): StartPosition {
    const stored = this.store.position('ins_1', channel);
    return stored ? { after: stored.replayId } : 'earliest';
  }

  isComplete(): boolean {
    return [...this.rows].every(([id, row]) =>
      row.deleted ? this.replica.get(id) === undefined : this.replica.get(id) === row.name,
    );
  }
}

/**
 * Runs one world to its end: lives and kills while the org works, then until the follower has caught up. False when what was
 * delivered is not what is true.
 */
export async function runWorld(seed: number): Promise<boolean> {
  const world = new World(seed);
  try {
    for (let life = 0; life < 6; life++) {
      for (let index = 0; index < 3; index++) world.change();
      await world.live(world.position(), 1 + Math.floor(world.random() * 8));
      // A long night: everything the stream still held is older than its retention.
      if (world.position() !== 'earliest' && world.random() < 0.15) world.clock.advance(75 * 3_600_000);
    }
    world.isQuiet = true;
    if (world.members.length === 0) world.members = ['m'];
    for (let life = 0; life < 80 && !world.isComplete(); life++) await world.live(world.position(), 8 + life);
    return world.isComplete();
  } finally {
    world.state.close();
  }
}
