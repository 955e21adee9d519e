import type { ChildProcess } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { findOperation } from '../../src/operations/find-operations.ts';
import { buildQueueChild, ended, startQueueRig } from './queue-process.ts';

// By script: AMP_KILLS=1000 npx vitest run test/write/kill.
const kills = Number(process.env.AMP_KILLS ?? 15);

let childFile: string;
beforeAll(async () => {
  childFile = await buildQueueChild();
});

type Kind = 'keyed' | 'external-id' | 'upsert' | 'update' | 'plain';
const kinds: Kind[] = ['keyed', 'external-id', 'upsert', 'update', 'plain'];

interface Sent {
  kind: Kind;
  operation: string;
  /** Texts that only this write brings into the org: one a record. */
  marks: string[];
}

describe('asynchronous writes that are killed', () => {
  test(`I7 ${kills} SIGKILLs: applied at most once, and what cannot be known is unknown`, {
    timeout: 120_000 + kills * 10_000,
  }, async () => {
    const rig = await startQueueRig(childFile);
    const { org } = rig;
    // Changed long before any call: what an update finds unchanged was not applied.
    const old = { userId: org.adminUserId, changeOrigin: 'ui', stampedAt: Date.now() - 86_400_000 };
    const perLife = 10;
    const count = Math.ceil(((kills + 1) * perLife) / kinds.length) * kinds.length;
    const existing = Array.from({ length: count / kinds.length }, (_, at) =>
      org.commit(old, (transaction) => transaction.insert('Account', { Name: `Before ${at}` })),
    ).map((result) => (result as { id: string }).id);
    const sent: Sent[] = [];
    for (let at = 0; at < count; at++) {
      const kind = kinds[at % kinds.length]!;
      const marks = kind === 'plain' ? [`m${at}a`, `m${at}b`] : [`m${at}`];
      sent.push({ kind, marks, operation: await rig.enqueue('Account', bodyOf(kind, marks, existing, at)) });
    }
    const before = org.log.lastSequence;
    const ends = (operation: string) => findOperation(rig.state.db, operation)!.status;
    const commits = watchCommits(org.log);
    for (let kill = 0; kill < kills; kill++) {
      const child = rig.startChild();
      const end = ended(child);
      // In the middle of a commit (the answer is never sent), or a moment after one (it may be on its way or noted).
      const after = 1 + Math.floor(Math.random() * perLife);
      const delayMs = kill % 2 === 0 ? 0 : Math.random() * 8;
      commits.killAfter(child, after, delayMs);
      await end;
    }
    expect(await ended(rig.startChild())).toBe(0);

    // A write that is repeated with the same values changes nothing but the stamp: commits of its record are counted.
    const commitsOf = new Map<string, number>();
    const recordsOf = new Map<unknown, Set<string>>();
    for (const { recordId, after } of org.log.read(before, 1_000_000)) {
      commitsOf.set(recordId, (commitsOf.get(recordId) ?? 0) + 1);
      recordsOf.set(after?.Name, (recordsOf.get(after?.Name) ?? new Set()).add(recordId));
    }
    const applied = (mark: string) =>
      [...(recordsOf.get(mark) ?? [])].reduce((sum, recordId) => sum + commitsOf.get(recordId)!, 0);
    const tally: Record<string, number> = {};
    for (const { kind, operation, marks } of sent) {
      const status = ends(operation);
      tally[`${kind} ${status}`] = (tally[`${kind} ${status}`] ?? 0) + 1;
      const times = marks.map(applied);
      expect(Math.max(...times), `${kind} ${operation}`).toBeLessThanOrEqual(1);
      if (status === 'success') expect(times, `${kind} ${operation}`).toEqual(marks.map(() => 1));
      // A lost answer is never guessed to be a failure; with a key it is found out.
      expect(kind === 'plain' ? ['success', 'unknown'] : ['success'], `${kind} ${operation}`).toContain(status);
    }
    if (process.env.AMP_KILLS) console.info(tally, commits.kills);
    expect(rig.state.db.prepare('SELECT count(*) AS n FROM queued_writes').get()).toEqual({ n: 0 });
    expect(rig.state.db.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
    commits.stop();
    await rig.stop();
  });

  test('three processes on one state send each write once', { timeout: 120_000 }, async () => {
    const rig = await startQueueRig(childFile);
    for (let at = 0; at < 40; at++) await rig.enqueue('Account', { type: 'create', record: { Name: `One ${at}` } });
    const codes = await Promise.all([0, 1, 2].map(() => ended(rig.startChild())));
    expect(codes).toEqual([0, 0, 0]);
    expect(rig.org.count('Account')).toBe(40);
    expect(rig.operations.every((id) => findOperation(rig.state.db, id)!.status === 'success')).toBe(true);
    await rig.stop();
  });
});

function bodyOf(kind: Kind, marks: readonly string[], existing: readonly string[], at: number): object {
  const [mark] = marks as [string];
  switch (kind) {
    case 'keyed':
      return { type: 'create', record: { Name: mark } };
    case 'external-id':
      return { type: 'create', record: { Name: mark, ERP_Id__c: `e${at}` } };
    case 'upsert':
      return { type: 'upsert', externalIdField: 'ERP_Id__c', record: { Name: mark, ERP_Id__c: `e${at}` } };
    case 'update':
      return { type: 'update', record: { id: existing[Math.floor(at / kinds.length)], Name: mark } };
    case 'plain':
      return { type: 'create', batch: marks.map((Name) => ({ record: { Name } })) };
  }
}

/** Kills a child at the n-th commit from now on, inside of it or a little later; at the latest when it ends by itself. */
function watchCommits(log: { onCommit(listener: () => void): () => void }) {
  let target: { child: ChildProcess; left: number; delayMs: number } | undefined;
  const kills = { inCommit: 0, later: 0 };
  const stop = log.onCommit(() => {
    if (!target || --target.left > 0) return;
    const { child, delayMs } = target;
    target = undefined;
    if (delayMs === 0) {
      kills.inCommit++;
      child.kill('SIGKILL');
    } else {
      kills.later++;
      setTimeout(() => child.kill('SIGKILL'), delayMs);
    }
  });
  return {
    kills,
    stop,
    killAfter(child: ChildProcess, left: number, delayMs: number) {
      target = { child, left, delayMs };
      child.on('close', () => {
        if (target?.child === child) target = undefined;
      });
    },
  };
}
