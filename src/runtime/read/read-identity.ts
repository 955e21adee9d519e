import { createHash } from 'node:crypto';
import { AmpError } from '../../errors/amp-error.ts';
import { type Lock, tryLock } from '../../store/lock.ts';
import type { State } from '../../store/state.ts';
import type { ReadRequest } from './run-read.ts';

/** What makes two reads the same one: org, rows, columns, places, and where it all goes. */
export function fingerprintOf(request: ReadRequest, orgId: string): string {
  const { plan } = request.resolved;
  const parts = [
    request.readType,
    request.scope,
    orgId,
    plan.object,
    plan.columns.map((column) => column.path),
    plan.targets.map((target) => [target.place, target.path, target.source, [...(target.values ?? [])]]),
    request.filters,
    request.period,
    request.limit,
    request.format,
    request.sinkKey,
  ];
  return hash(parts);
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/**
 * Scheduled reads of one object share a watermark, whatever they write to: one at a time. Others share the place they write to
 * and go on from; two pipes are two places. Throws `read-busy`.
 */
export function lockRead(state: State, request: ReadRequest, fingerprint: string): Lock {
  const { readType, scope, resolved } = request;
  const isScheduled = readType === 'scheduled';
  if (!isScheduled && request.sinkKey === undefined) return { path: '', release: () => {} };
  const name = isScheduled ? hash([scope, resolved.object.name]) : fingerprint;
  const lock =
    state.dir === ':memory:' ? lockInMemory(state, name) : tryLock(state.lockPath(`read-${name.slice(0, 16)}`));
  if (lock) return lock;
  throw new AmpError({
    code: 'read-busy',
    message: `Another process is reading ${resolved.object.name} ${isScheduled ? 'by schedule for the same customer' : 'to the same place'}.`,
  });
}

const readInMemory = new WeakMap<State, Set<string>>();

/** A state in memory is one process's own: what it reads already is known here. */
function lockInMemory(state: State, name: string): Lock | undefined {
  const names = readInMemory.get(state) ?? new Set();
  readInMemory.set(state, names);
  if (names.has(name)) return undefined;
  names.add(name);
  return { path: ':memory:', release: () => void names.delete(name) };
}
