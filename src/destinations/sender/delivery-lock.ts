import { type Lock, tryLock } from '../../store/lock.ts';
import type { State } from '../../store/state.ts';

const sendingInMemory = new WeakSet<State>();

/** "Only one sender a project": undefined when another process, or another call in this one, is sending. */
export function lockDelivery(state: State): Lock | undefined {
  if (state.dir !== ':memory:') return tryLock(state.lockPath('delivery'));
  if (sendingInMemory.has(state)) return undefined;
  sendingInMemory.add(state);
  return { path: ':memory:', release: () => sendingInMemory.delete(state) };
}
