import { measureSchedule, type Rhythm } from './gap.ts';
import { isFault, parseSchedule, type Schedule, type ScheduleFault } from './parse.ts';

export type MeasuredSchedule = { schedule: Schedule; rhythm: Rhythm } | { fault: ScheduleFault };

const known = new Map<string, MeasuredSchedule>();
const mostKnown = 1000;

/** Parsed and measured; the same few expressions stand in a manifest a thousand times. */
export function studySchedule(written: string): MeasuredSchedule {
  const before = known.get(written);
  if (before) return before;
  const parsed = parseSchedule(written);
  const studied = isFault(parsed) ? { fault: parsed } : { schedule: parsed, rhythm: measureSchedule(parsed) };
  if (known.size >= mostKnown) known.clear();
  known.set(written, studied);
  return studied;
}
