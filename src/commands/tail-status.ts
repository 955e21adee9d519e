import type { Context } from '../cli/context.ts';
import type { StreamStatus } from '../providers/event-source.ts';
import type { Delivered } from '../runtime/subscribe/follow.ts';
import { renderTailStatus, type TailState, waitingNotice } from '../views/tail.ts';

const redrawMs = 1_000;
/** Who reads a log file wants a sign of life, not a clock. */
const remindMs = 5 * 60_000;

/** Keeps in view how the stream is: a live line on a terminal, a sentence now and then elsewhere. */
export interface TailStatus {
  onStatus(status: StreamStatus): void;
  onDelivered(items: readonly Delivered[]): void;
  onPosition(replayId: string): void;
  readonly events: number;
  readonly replayId: string | undefined;
  stop(): void;
}

export function startTailStatus({ output, clock }: Context): TailStatus {
  const state: TailState = { since: clock.now(), connected: false, events: 0 };
  const draw = setInterval(() => output.status(renderTailStatus(state, clock.now())), redrawMs);
  const remind = setInterval(() => {
    if (state.events === 0 && !output.stderrIsTerminal) output.notice(waitingNotice(state.since));
  }, remindMs);
  let isAnnounced = false;
  return {
    onStatus(status) {
      state.connected = status.state === 'connected';
      if (status.state === 'reconnecting') {
        output.notice(`${status.reason}. Trying again in ${Math.ceil(status.delayMs / 1000)} s.`);
      } else {
        output.notice(`Following ${status.channels.join(', ')}.`);
        if (!isAnnounced && state.events === 0) output.notice(waitingNotice(state.since));
        isAnnounced = true;
      }
      output.status(renderTailStatus(state, clock.now()));
    },
    onDelivered(items) {
      const last = items.at(-1);
      if (!last) return;
      state.events += items.length;
      state.last = { object: last.subscription.object, committedAtMs: last.committedAtMs, seenAtMs: clock.now() };
    },
    onPosition(replayId) {
      state.replayId = replayId;
    },
    get events() {
      return state.events;
    },
    get replayId() {
      return state.replayId;
    },
    stop() {
      clearInterval(draw);
      clearInterval(remind);
      output.status('');
    },
  };
}
