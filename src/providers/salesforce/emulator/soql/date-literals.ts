/** SOQL's relative dates, in the running user's time zone; weeks start on Sunday (en_US), fiscal years in January. */

const plain = new Set(
  (
    'TODAY YESTERDAY TOMORROW LAST_WEEK THIS_WEEK NEXT_WEEK LAST_MONTH THIS_MONTH NEXT_MONTH LAST_90_DAYS NEXT_90_DAYS ' +
    'THIS_QUARTER LAST_QUARTER NEXT_QUARTER THIS_YEAR LAST_YEAR NEXT_YEAR THIS_FISCAL_QUARTER LAST_FISCAL_QUARTER ' +
    'NEXT_FISCAL_QUARTER THIS_FISCAL_YEAR LAST_FISCAL_YEAR NEXT_FISCAL_YEAR'
  ).split(' '),
);
const counted =
  /^(?:(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)S|N_(DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)S_AGO)$/;

export function isDateLiteral(name: string, withCount: boolean): boolean {
  return withCount ? counted.test(name) : plain.has(name);
}

/** First day and the day after the last, `yyyy-MM-dd`. */
export interface DayRange {
  start: string;
  end: string;
}

/** `today` is the user's local day. */
export function daysOfLiteral(name: string, count: number | null, today: string): DayRange {
  const day = parseDay(today);
  if (count === null) return plainRange(name, day);
  const match = counted.exec(name)!;
  const unit = (match[2] ?? match[3]!).replace('FISCAL_', '') as Unit;
  if (match[3])
    return unit === 'DAY' ? range(day, unit, -count, 1 - count) : range(startOf(day, unit), unit, -count, 1 - count);
  // LAST_N_DAYS counts back from today and includes it; the longer units end before the running one.
  if (unit === 'DAY') return match[1] === 'LAST' ? range(day, unit, -count, 1) : range(day, unit, 1, count + 1);
  const start = startOf(day, unit);
  return match[1] === 'LAST' ? range(start, unit, -count, 0) : range(start, unit, 1, count + 1);
}

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

function plainRange(name: string, day: Date): DayRange {
  if (name === 'TODAY') return range(day, 'DAY', 0, 1);
  if (name === 'YESTERDAY') return range(day, 'DAY', -1, 0);
  if (name === 'TOMORROW') return range(day, 'DAY', 1, 2);
  if (name === 'LAST_90_DAYS') return range(day, 'DAY', -90, 1);
  if (name === 'NEXT_90_DAYS') return range(day, 'DAY', 1, 91);
  const [which, ...rest] = name.split('_');
  const unit = rest.at(-1) as Unit;
  const from = which === 'LAST' ? -1 : which === 'NEXT' ? 1 : 0;
  return range(startOf(day, unit), unit, from, from + 1);
}

const range = (day: Date, unit: Unit, from: number, to: number): DayRange => ({
  start: formatDay(add(day, unit, from)),
  end: formatDay(add(day, unit, to)),
});

function startOf(day: Date, unit: Unit): Date {
  const year = day.getUTCFullYear();
  const month = day.getUTCMonth();
  if (unit === 'WEEK') return add(day, 'DAY', -day.getUTCDay());
  if (unit === 'MONTH') return new Date(Date.UTC(year, month, 1));
  if (unit === 'QUARTER') return new Date(Date.UTC(year, month - (month % 3), 1));
  if (unit === 'YEAR') return new Date(Date.UTC(year, 0, 1));
  return day;
}

function add(day: Date, unit: Unit, count: number): Date {
  const result = new Date(day);
  if (unit === 'DAY') result.setUTCDate(result.getUTCDate() + count);
  else if (unit === 'WEEK') result.setUTCDate(result.getUTCDate() + 7 * count);
  else if (unit === 'MONTH') result.setUTCMonth(result.getUTCMonth() + count);
  else if (unit === 'QUARTER') result.setUTCMonth(result.getUTCMonth() + 3 * count);
  else result.setUTCFullYear(result.getUTCFullYear() + count);
  return result;
}

const parseDay = (day: string): Date => new Date(`${day}T00:00:00Z`);
const formatDay = (day: Date): string => day.toISOString().slice(0, 10);
