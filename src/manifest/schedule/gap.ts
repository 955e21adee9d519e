import { daysInMonth, runsOn } from './days.ts';
import type { Schedule } from './parse.ts';

export interface Rhythm {
  /**
   * Smallest time between two consecutive runs anywhere in the calendar's cycle, in minutes: exact below two days, at least
   * two days otherwise. Infinity when it never runs.
   */
  smallestGapMinutes: number;
  /** Runs on a day on which it runs. */
  runsPerDay: number;
}

const minutesPerDay = 1440;

/** How often a schedule runs, over its whole cycle: no clock, no time zone, the same answer at any moment. */
export function measureSchedule(schedule: Schedule): Rhythm {
  const times = schedule.hours.flatMap((hour) => schedule.minutes.map((minute) => hour * 60 + minute));
  const first = times[0]!;
  const last = times[times.length - 1]!;
  let within = Number.POSITIVE_INFINITY;
  for (let index = 1; index < times.length; index += 1) within = Math.min(within, times[index]! - times[index - 1]!);
  // Across midnight: the last run of a day and the first of the next day that has any.
  const days = smallestDayGap(schedule);
  if (days === Number.POSITIVE_INFINITY) return { smallestGapMinutes: days, runsPerDay: 0 };
  const across = days * minutesPerDay - last + first;
  return { smallestGapMinutes: Math.min(within, across), runsPerDay: times.length };
}

/**
 * 1 when it runs on two neighbouring days, 2 when never on neighbours, Infinity when on no day. There are fourteen kinds of
 * year (leap or not, by the weekday of 1 January), and the calendar's 400-year cycle has them all; a neighbour pair lies
 * within a year or across its end, so each kind is walked one day into the next year.
 */
function smallestDayGap(schedule: Schedule): number {
  let runs = false;
  for (const isLeapYear of [false, true]) {
    for (let weekday = 0; weekday < 7; weekday += 1) {
      const found = walkYear(schedule, isLeapYear, weekday);
      if (found === 'neighbours') return 1;
      if (found === 'single') runs = true;
    }
  }
  return runs ? 2 : Number.POSITIVE_INFINITY;
}

function walkYear(schedule: Schedule, isLeapYear: boolean, firstWeekday: number): 'none' | 'single' | 'neighbours' {
  const date = { month: 1, day: 1, weekday: firstWeekday, monthLength: 31 };
  let ranYesterday = false;
  let found: 'none' | 'single' = 'none';
  for (let index = 0; index < 13; index += 1) {
    date.month = (index % 12) + 1;
    date.monthLength = daysInMonth(isLeapYear, date.month);
    const lastDay = index === 12 ? 1 : date.monthLength;
    for (date.day = 1; date.day <= lastDay; date.day += 1) {
      const runs = runsOn(schedule, date);
      if (runs && ranYesterday) return 'neighbours';
      if (runs) found = 'single';
      ranYesterday = runs;
      date.weekday = date.weekday === 6 ? 0 : date.weekday + 1;
    }
  }
  return found;
}
