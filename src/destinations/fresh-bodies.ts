import type { Database } from '../store/database.ts';

/** Bodies committed by this process while it sends, so that they are not read back from the store a moment later. */
export interface FreshBodies {
  /** Takes the body of a message out; undefined when it has to be read. */
  take(seq: number): Uint8Array | undefined;
  /** `seq` has been committed with `body`, which nobody changes any more. */
  add(messages: readonly { seq: number; body: Uint8Array }[]): void;
  /** Forgets what was not taken: it cannot be sent now. */
  clear(): void;
  close(): void;
}

const keptFor = new WeakMap<Database, FreshBodies>();

export function freshBodiesOf(db: Database): FreshBodies | undefined {
  return keptFor.get(db);
}

/** Keeps what is committed through `db` until `close`. `onAdded` is called soon after messages were committed. */
export function keepFreshBodies(db: Database, onAdded: () => void): FreshBodies {
  const bodies = new Map<number, Uint8Array>();
  let bytes = 0;
  let announcing: NodeJS.Immediate | undefined;
  const clear = () => {
    bodies.clear();
    bytes = 0;
  };
  const announce = () => {
    announcing = undefined;
    onAdded();
  };
  const fresh: FreshBodies = {
    take(seq) {
      const body = bodies.get(seq);
      if (!body) return undefined;
      bodies.delete(seq);
      bytes -= body.byteLength;
      return body;
    },
    add(messages) {
      // The oldest leave first, so what no longer fits are the newest.
      for (const { seq, body } of messages) {
        if (bytes + body.byteLength > limitBytes) break;
        bodies.set(seq, body);
        bytes += body.byteLength;
      }
      announcing ??= setImmediate(announce);
    },
    clear,
    close() {
      keptFor.delete(db);
      clearImmediate(announcing);
      clear();
    },
  };
  keptFor.set(db, fresh);
  return fresh;
}

const limitBytes = 32 * 1024 * 1024;
