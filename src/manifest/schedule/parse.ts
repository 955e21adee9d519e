/**
 * Five-field cron, in UTC: minute, hour, day of month, month, weekday. Lists, ascending ranges, steps and names; a step past
 * the end of its field hits only its start. Beyond plain cron the hosted platform's parser takes `?`, `L`, `nW`, `nL` and
 * `n#k`, so they run here too. When both day fields are restricted either may match; when one starts with `*`, both must.
 */
export interface Schedule {
  minutes: readonly number[];
  hours: readonly number[];
  months: ReadonlySet<number>;
  days: DayField;
  weekdays: WeekdayField;
  /** Either day field may match: both are restricted. */
  eitherDay: boolean;
  /** The marks beyond plain cron that were used: `?`, `L`, `W`, `#`. */
  nonstandard: readonly string[];
}

export interface DayField {
  days: ReadonlySet<number>;
  /** `L`. */
  last: boolean;
  /** `15W`: the weekday nearest to the 15th, in the same month. */
  nearWeekdays: readonly number[];
}

export interface WeekdayField {
  /** 0 = Sunday. */
  weekdays: ReadonlySet<number>;
  /** `5L`: the last Friday. */
  last: ReadonlySet<number>;
  /** `2#3`: the third Tuesday. */
  nth: readonly { weekday: number; nth: number }[];
}

export interface ScheduleFault {
  /** What is wrong, a sentence. */
  message: string;
  hint?: string;
  /** The one right spelling, when there is one. */
  replacement?: string;
}

interface FieldKind {
  name: string;
  low: number;
  high: number;
  names?: readonly string[];
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const kinds: readonly FieldKind[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day of month', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12, names: monthNames },
  { name: 'weekday', low: 0, high: 7, names: weekdayNames },
];

/** The shorthands of other cron dialects and what they mean in five fields. */
const macros: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

export function parseSchedule(written: string): Schedule | ScheduleFault {
  const trimmed = written.trim();
  const macro = macros[trimmed.toLowerCase()];
  if (macro) {
    return { message: `"${trimmed}" is not five-field cron.`, hint: `Use "${macro}".`, replacement: macro };
  }
  const parts = trimmed.split(/[ \t]+/);
  if (parts.length !== 5) return wrongCount(trimmed, parts);
  try {
    return assemble(parts as [string, string, string, string, string]);
  } catch (error) {
    if (error instanceof FieldError) return { message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
    throw error;
  }
}

export function isFault(schedule: Schedule | ScheduleFault): schedule is ScheduleFault {
  return 'message' in schedule;
}

class FieldError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

function wrongCount(written: string, parts: readonly string[]): ScheduleFault {
  const looksLikeCron = parts.every((part) => /^[\d*/,\-?LW#A-Za-z]+$/.test(part)) && /[\d*]/.test(written);
  const shown = written.length > 40 ? `${written.slice(0, 39)}…` : written;
  const clean = shown.replace(/[\u0000-\u001f\u007f-\u009f]/g, '�');
  const hint = 'Minute, hour, day, month, weekday: every fifteen minutes is "*/15 * * * *".';
  if (!looksLikeCron) return { message: `"${clean}" is not five-field cron.`, hint };
  if (parts.length > 5) {
    return {
      message: `"${clean}" has ${parts.length} fields; a schedule has 5.`,
      hint: 'Leave seconds and years out.',
    };
  }
  return {
    message: `"${clean}" has ${parts.length === 1 ? '1 field' : `${parts.length} fields`}; a schedule has 5.`,
    hint,
  };
}

function assemble(parts: readonly [string, string, string, string, string]): Schedule {
  const marks = new Set<string>();
  const [minute, hour, day, month, weekday] = parts;
  const days = parseDays(day, marks);
  const weekdays = parseWeekdays(weekday, marks);
  return {
    minutes: sorted(parseField(noQuestion(minute, marks), kinds[0]!)),
    hours: sorted(parseField(noQuestion(hour, marks), kinds[1]!)),
    days,
    months: parseField(noQuestion(month, marks), kinds[3]!),
    weekdays,
    eitherDay: !/^[*?]/.test(day) && !/^[*?]/.test(weekday),
    nonstandard: [...marks].sort(),
  };
}

function noQuestion(part: string, marks: Set<string>): string {
  if (!part.includes('?')) return part;
  if (!/^\?(\/\d+)?$/.test(part)) throw new FieldError(`"${part}" mixes ? with other values.`, 'Write ? or * alone.');
  marks.add('?');
  return part.replace('?', '*');
}

function parseDays(part: string, marks: Set<string>): DayField {
  const kind = kinds[2]!;
  const plain: string[] = [];
  const nearWeekdays: number[] = [];
  let last = false;
  for (const item of noQuestion(part, marks).split(',')) {
    const near = /^(\d{1,2})W$/i.exec(item);
    if (/^L$/i.test(item)) last = true;
    else if (near) nearWeekdays.push(numberIn(near[1]!, kind));
    else plain.push(item);
  }
  if (last) marks.add('L');
  if (nearWeekdays.length > 0) marks.add('W');
  return { days: plain.length > 0 ? parseField(plain.join(','), kind) : new Set(), last, nearWeekdays };
}

function parseWeekdays(part: string, marks: Set<string>): WeekdayField {
  const kind = kinds[4]!;
  const plain: string[] = [];
  const last = new Set<number>();
  const nth: { weekday: number; nth: number }[] = [];
  for (const item of noQuestion(part, marks).split(',')) {
    const lastOf = /^([0-7]|[A-Za-z]{3})L$/i.exec(item);
    const nthOf = /^([0-7]|[A-Za-z]{3})#([1-5])$/i.exec(item);
    if (lastOf) last.add(numberIn(lastOf[1]!, kind) % 7);
    else if (nthOf) nth.push({ weekday: numberIn(nthOf[1]!, kind) % 7, nth: Number(nthOf[2]) });
    else plain.push(item);
  }
  if (last.size > 0) marks.add('L');
  if (nth.length > 0) marks.add('#');
  const numbers = plain.length > 0 ? parseField(plain.join(','), kind) : new Set<number>();
  return { weekdays: new Set([...numbers].map((weekday) => weekday % 7)), last, nth };
}

function parseField(part: string, kind: FieldKind): Set<number> {
  const values = new Set<number>();
  for (const item of part.split(',')) addItem(item, kind, values);
  return values;
}

/** `*`, `a`, `a-b`, each with `/step`. */
function addItem(item: string, kind: FieldKind, values: Set<number>): void {
  const [base = '', stepText, ...more] = item.split('/');
  if (more.length > 0 || base === '' || stepText === '')
    throw new FieldError(`"${item}" is no ${kind.name}.`, rangeOf(kind));
  const step = stepText === undefined ? 1 : stepOf(stepText, item);
  const [low, high] = boundsOf(base, kind, stepText !== undefined);
  for (let value = low; value <= high; value += step) values.add(value);
}

function boundsOf(base: string, kind: FieldKind, hasStep: boolean): [number, number] {
  // Of the weekdays 0 to 7, `*` means each once.
  const top = kind.high === 7 ? 6 : kind.high;
  if (base === '*') return [kind.low, top];
  const dash = /^([^-]+)-([^-]+)$/.exec(base);
  if (!dash) {
    const only = numberIn(base, kind);
    return [only, hasStep ? Math.max(top, only) : only];
  }
  const low = numberIn(dash[1]!, kind);
  const high = numberIn(dash[2]!, kind);
  if (low > high) {
    // SAT-SUN means the weekend; turned round it would be every day.
    const endsOnSunday = kind.high === 7 && high === 0;
    throw new FieldError(
      `The range ${base} runs backwards.`,
      endsOnSunday ? `At the end of a range Sunday is 7: "${low}-7".` : `Write the smaller ${kind.name} first.`,
    );
  }
  return [low, high];
}

function stepOf(text: string, item: string): number {
  const step = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (step < 1) throw new FieldError(`"${item}" has no usable step.`, 'A step is a whole number from 1 up.');
  return step;
}

function numberIn(text: string, kind: FieldKind): number {
  const named = kind.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return named + kind.low;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw new FieldError(`"${text}" is no ${kind.name}.`, rangeOf(kind));
  if (value < kind.low || value > kind.high) {
    throw new FieldError(`${kind.name[0]!.toUpperCase()}${kind.name.slice(1)} ${text} is out of range.`, rangeOf(kind));
  }
  return value;
}

function rangeOf(kind: FieldKind): string {
  const names = kind.names ? `, or ${kind.names[0]} to ${kind.names.at(-1)}` : '';
  return `${/^h/.test(kind.name) ? 'An' : 'A'} ${kind.name} is ${kind.low} to ${kind.high}${names}.`;
}

function sorted(values: ReadonlySet<number>): number[] {
  return [...values].sort((left, right) => left - right);
}
