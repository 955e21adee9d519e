import type { Database } from '../../src/store/database.ts';

/** One record of a message, as it was committed. */
export interface CommittedEntry {
  messageId: string;
  action: 'read' | 'subscribe';
  operationId: string | undefined;
  readType: string | undefined;
  object: string;
  recordId: string;
  /** Of the record's own stamp; undefined where the entry carries none. */
  stampMs: number | undefined;
  isDeleted: boolean;
  raw: Record<string, unknown>;
}

interface Body {
  action: string;
  operationId?: string;
  readType?: string;
  rawObjectName: string;
  result?: { id?: string; deleted?: boolean; subscribeEventType?: string; raw?: Record<string, unknown> }[];
}

/** Everything that was ever committed to the outbox, in order: written down as it is committed, for deliveries are forgotten. */
export class OutboxLog {
  readonly #db: Database;
  readonly entries: CommittedEntry[] = [];
  /** Kinds of messages that carry no records, by count: schema.watch and notifications. */
  readonly others = new Map<string, number>();
  #seq = 0;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Reads what has been committed since the last call. */
  read(): void {
    const rows = this.#db
      .prepare(
        'SELECT outbox.seq, id, body FROM outbox JOIN outbox_bodies USING (seq) WHERE outbox.seq > ? ORDER BY seq',
      )
      .all<{ seq: number; id: string; body: Uint8Array }>(this.#seq);
    for (const { seq, id, body } of rows) {
      this.#seq = seq;
      this.#add(id, JSON.parse(Buffer.from(body).toString()) as Body);
    }
  }

  #add(messageId: string, body: Body): void {
    const { action, operationId, readType, rawObjectName: object } = body;
    if (action !== 'read' && action !== 'subscribe') {
      const kind = action ?? 'notification';
      this.others.set(kind, (this.others.get(kind) ?? 0) + 1);
      return;
    }
    for (const { id, deleted, subscribeEventType, raw = {} } of body.result ?? []) {
      const stamp = Date.parse(String(raw.SystemModstamp ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
      this.entries.push({
        messageId,
        action,
        operationId,
        readType,
        object,
        recordId: String(raw.Id ?? id),
        stampMs: Number.isNaN(stamp) ? undefined : stamp,
        isDeleted: deleted === true || subscribeEventType === 'delete',
        raw,
      });
    }
  }
}
