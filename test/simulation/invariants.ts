import { closeInterruptedOperations } from '../../src/operations/interrupted.ts';
import { coreFields } from './manifests.ts';
import type { CommittedEntry } from './outbox-log.ts';
import { canary, type World } from './world.ts';
import { checkWrites } from './writes.ts';

/** What a record was at some moment, as far as every manifest reads it. */
const coreOf = (object: string, row: Record<string, unknown>): string =>
  JSON.stringify(coreFields[object]!.map((name) => row[name] ?? null));

/** Every state that each record ever had, from the org's own ledger. */
class Truth {
  readonly #versions = new Map<string, Set<string>>();
  readonly #latest = new Map<string, Record<string, unknown>>();
  #sequence = 0;

  follow(world: World): void {
    for (const entry of world.emulator.org.log.read(this.#sequence, 100_000)) {
      this.#sequence = entry.sequence;
      if (!(entry.object in coreFields)) continue;
      const row = { ...this.#latest.get(entry.recordId), ...entry.before, ...entry.after };
      this.#latest.set(entry.recordId, row);
      const versions = this.#versions.get(entry.recordId) ?? new Set();
      versions.add(coreOf(entry.object, row));
      this.#versions.set(entry.recordId, versions);
    }
  }

  has(entry: CommittedEntry): boolean {
    return this.#versions.get(entry.recordId)?.has(coreOf(entry.object, entry.raw)) === true;
  }
}

interface Row {
  Id: string;
  stampMs: number;
  core: string;
}

/** Holds a world to what must be true of it, after every fault and at the end. Each finding is one sentence. */
export class Invariants {
  readonly #world: World;
  readonly #truth = new Truth();
  readonly #watermarks = new Map<string, number>();
  /** Versions that scheduled reads have committed. */
  readonly #scheduled = new Set<string>();
  /** Versions of each read operation. */
  readonly #ofOperation = new Set<string>();
  readonly #committed = new Map<string, number>();
  readonly #deleted = new Map<string, number>();
  #checked = 0;
  readonly findings: string[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** After every fault: nothing that is committed may be wrong, and no cursor may be ahead of it. */
  check(): void {
    const { outbox } = this.#world;
    this.#truth.follow(this.#world);
    outbox.read();
    for (; this.#checked < outbox.entries.length; this.#checked++) this.#checkEntry(outbox.entries[this.#checked]!);
    this.#checkCursors();
    this.#checkOperations(false);
    this.findings.push(...checkWrites(this.#world, false));
    for (const id of this.#world.receiver.changed.splice(0)) this.findings.push(`I2 ${id} came with two bodies`);
    for (const error of this.#world.unexpected.splice(0)) this.findings.push(`I12 ${String(error)}`);
  }

  /** When everything has healed and had its time: nothing is missing. */
  checkEnd(): void {
    this.check();
    this.#checkComplete();
    this.#checkOperations(true);
    this.findings.push(...checkWrites(this.#world, true));
    this.#checkStore();
  }

  #checkEntry(entry: CommittedEntry): void {
    const { object, recordId, stampMs, isDeleted, operationId, readType } = entry;
    if (isDeleted) this.#deleted.set(recordId, Math.max(this.#deleted.get(recordId) ?? 0, stampMs ?? 0));
    else if (stampMs !== undefined) {
      this.#committed.set(recordId, Math.max(this.#committed.get(recordId) ?? 0, stampMs));
      if (!this.#truth.has(entry))
        this.findings.push(`I4 ${object} ${recordId} never was ${coreOf(object, entry.raw)}`);
    }
    if (entry.action !== 'read') return;
    const version = `${recordId} ${stampMs} ${isDeleted}`;
    if (this.#ofOperation.has(`${operationId} ${version}`))
      this.findings.push(`I2 ${operationId} committed ${version} twice`);
    this.#ofOperation.add(`${operationId} ${version}`);
    if (readType !== 'scheduled') return;
    // An undeleted record comes back with the stamp it had.
    this.#scheduled.delete(`${recordId} ${stampMs} ${!isDeleted}`);
    if (this.#scheduled.has(version)) this.findings.push(`I2 scheduled reads committed ${object} ${version} twice`);
    this.#scheduled.add(version);
  }

  #checkCursors(): void {
    const { state } = this.#world;
    const rows = state.db
      .prepare('SELECT object, stamp_ms AS stampMs FROM watermarks')
      .all<{ object: string; stampMs: number }>();
    for (const { object, stampMs } of rows) {
      const before = this.#watermarks.get(object) ?? 0;
      if (stampMs < before) this.findings.push(`I3 the watermark of ${object} went back`);
      if (stampMs === before) continue;
      this.#watermarks.set(object, stampMs);
      for (const row of this.#rows(object)) {
        if (row.stampMs >= stampMs || (this.#committed.get(row.Id) ?? 0) >= row.stampMs) continue;
        this.findings.push(
          `I3 the watermark of ${object} is ${iso(stampMs)}, but ${row.Id} of ${iso(row.stampMs)} is not in the outbox`,
        );
      }
    }
  }

  #checkOperations(isEnd: boolean): void {
    const { db } = this.#world.state;
    const wrong = db
      .prepare(
        `SELECT id, action, status FROM operations
         WHERE status NOT IN ('in_progress', 'success', 'failure', 'unknown') OR (status = 'in_progress') <> (ended_at IS NULL)`,
      )
      .all<{ id: string; action: string; status: string }>();
    for (const { action, status } of wrong) this.findings.push(`I5 a ${action} is ${status} and ended or not ended`);
    const twice = db.prepare("SELECT message FROM log_lines WHERE message LIKE 'Ended %already%'").all();
    if (twice.length > 0) this.findings.push(`I5 ${twice.length} operations ended twice`);
    if (!isEnd) return;
    // As the next command that looks does.
    closeInterruptedOperations(db, { now: () => this.#world.time.now, sleep: async () => {} });
    const open = db.prepare("SELECT action FROM operations WHERE status = 'in_progress'").all<{ action: string }>();
    if (open.length > 0) this.findings.push(`I5 ${open.length} operations never ended (${open[0]!.action})`);
  }

  #checkComplete(): void {
    const { receiver, outbox, state } = this.#world;
    const undelivered = state.db
      .prepare("SELECT id, state, last_error FROM outbox WHERE state <> 'delivered'")
      .all<{ id: string; state: string; last_error: string | null }>();
    for (const { state: is, last_error } of undelivered) {
      if (is === 'pending' || last_error === null) this.findings.push(`I9 a message is still ${is}`);
    }
    const dead = new Set(undelivered.map(({ id }) => id));
    const arrived = outbox.entries.filter(({ messageId }) => receiver.received.has(messageId) || dead.has(messageId));
    const latest = new Map<string, CommittedEntry>();
    for (const entry of arrived) {
      const known = latest.get(entry.recordId);
      if (!known || (entry.stampMs ?? Number.POSITIVE_INFINITY) >= (known.stampMs ?? 0))
        latest.set(entry.recordId, entry);
    }
    for (const object of Object.keys(coreFields)) {
      const alive = new Set<string>();
      for (const { Id, core, stampMs } of this.#rows(object)) {
        alive.add(Id);
        const entry = latest.get(Id);
        if (!entry) this.findings.push(`I1 ${object} ${Id} of ${iso(stampMs)} never arrived`);
        else if (entry.isDeleted || coreOf(object, entry.raw) !== core)
          this.findings.push(
            `I1 ${object} ${Id}: ${entry.isDeleted ? 'deleted' : coreOf(object, entry.raw)} arrived, ${core} is true`,
          );
      }
      for (const entry of latest.values()) {
        if (
          entry.object === object &&
          !alive.has(entry.recordId) &&
          !entry.isDeleted &&
          !this.#deleted.has(entry.recordId)
        )
          this.findings.push(`I1 the deletion of ${object} ${entry.recordId} never arrived`);
      }
    }
  }

  #checkStore(): void {
    const { db } = this.#world.state;
    const [check] = db.prepare('PRAGMA integrity_check').all<{ integrity_check: string }>();
    if (check?.integrity_check !== 'ok') this.findings.push('I11 the store is damaged');
    if (db.prepare('PRAGMA foreign_key_check').all().length > 0) this.findings.push('I11 foreign keys are broken');
    for (const table of ['operations', 'log_lines', 'outbox', 'read_runs', 'scheduled_reads', 'installations']) {
      if (JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all()).includes(canary))
        this.findings.push(`I8 a secret is in ${table}`);
    }
  }

  /** What a query shows of an object now. */
  #rows(object: string): Row[] {
    const { org } = this.#world.emulator;
    const fields = [...coreFields[object]!, 'SystemModstamp'];
    const cursor = org.query(`SELECT Id, ${fields.join(', ')} FROM ${object}`, {
      userId: org.adminUserId,
      apiVersion: '66.0',
    });
    const rows = cursor.read(0, cursor.totalSize);
    cursor.close();
    return rows.map((row) => ({
      Id: String(row.Id),
      stampMs: Date.parse(String(row.SystemModstamp).replace('+0000', 'Z')),
      core: coreOf(object, row),
    }));
  }
}

const iso = (ms: number) => new Date(ms).toISOString();
