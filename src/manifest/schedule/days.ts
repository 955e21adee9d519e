import type { Schedule } from './parse.ts';

/** A day as a schedule sees it. */
export interface CalendarDay {
  /** 1 to 12. */
  month: number;
  day: number;
  /** 0 = Sunday. */
  weekday: number;
  /** Days in this month. */
  monthLength: number;
}

/** Does the schedule run on this day at all? */
export function runsOn(schedule: Schedule, date: CalendarDay): boolean {
  if (!schedule.months.has(date.month)) return false;
  const byDay = matchesDayOfMonth(schedule, date);
  const byWeekday = matchesWeekday(schedule, date);
  return schedule.eitherDay ? byDay || byWeekday : byDay && byWeekday;
}

function matchesDayOfMonth(schedule: Schedule, date: CalendarDay): boolean {
  const { days, last, nearWeekdays } = schedule.days;
  if (days.has(date.day)) return true;
  if (!last && nearWeekdays.length === 0) return false;
  const length = date.monthLength;
  if (last && date.day === length) return true;
  return nearWeekdays.some((target) => target <= length && nearestWeekday(target, date, length) === date.day);
}

/** The day of the month that stands in for `target`: itself, or its nearest Monday to Friday within the month. */
function nearestWeekday(target: number, date: CalendarDay, length: number): number {
  const weekday = (((date.weekday + target - date.day) % 7) + 7) % 7;
  if (weekday === 6) return target === 1 ? 3 : target - 1;
  if (weekday === 0) return target === length ? target - 2 : target + 1;
  return target;
}

function matchesWeekday(schedule: Schedule, date: CalendarDay): boolean {
  const { weekdays, last, nth } = schedule.weekdays;
  if (weekdays.has(date.weekday)) return true;
  if (last.has(date.weekday) && date.day + 7 > date.monthLength) return true;
  return nth.some((entry) => entry.weekday === date.weekday && Math.ceil(date.day / 7) === entry.nth);
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `month` is 1 to 12. */
export function daysInMonth(isLeapYear: boolean, month: number): number {
  return month === 2 && isLeapYear ? 29 : monthLengths[month - 1]!;
}
