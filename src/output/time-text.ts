/** Times and spans as people read them. JSON has ISO 8601 and milliseconds instead. */

/** `340 ms`, `3.2s`, `3m 12s`, `2h 5m`, `4d 3h`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return pair(Math.floor(seconds / 60), 'm', seconds % 60, 's');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1_440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
  const hours = Math.floor(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit} ${small}${smallUnit}`;
}

/** `3m 12s ago`, `just now`, `in 5m`. */
export function agoText(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 1_000) return 'just now';
  return ms < 0 ? `in ${durationText(-ms)}` : `${durationText(ms)} ago`;
}

export interface Zone {
  /** UTC; the machine's zone when absent. */
  timeZone?: 'UTC';
}

/** `09:15:02`. */
export function clockText(at: number, zone: Zone = {}): string {
  const { hours, minutes, seconds } = partsOf(at, zone);
  return [hours, minutes, seconds].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `Tue 3 Feb 2026`. */
export function dayText(at: number, zone: Zone = {}): string {
  const { weekday, day, month, year } = partsOf(at, zone);
  return `${weekdays[weekday]} ${day} ${months[month]} ${year}`;
}

/** `UTC`, `UTC+1`, `UTC-3:30`: the same in every language, and no formatter of Intl for it. */
export function zoneText(at: number, zone: Zone = {}): string {
  const minutes = zone.timeZone === 'UTC' ? 0 : -new Date(at).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const past = Math.abs(minutes) % 60;
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `UTC${minutes < 0 ? '-' : '+'}${hours}${past === 0 ? '' : `:${String(past).padStart(2, '0')}`}`;
}

/** `09:15:02` today, `3 Feb 09:15` before. */
export function shortTimeText(at: number, now: number, zone: Zone = {}): string {
  if (dayText(at, zone) === dayText(now, zone)) return clockText(at, zone);
  const { day, month } = partsOf(at, zone);
  return `${day} ${months[month]} ${clockText(at, zone).slice(0, 5)}`;
}

/** `Tue 3 Feb 2026 09:15:02 UTC+1`. */
export function fullTimeText(at: number, zone: Zone = {}): string {
  return `${dayText(at, zone)} ${clockText(at, zone)} ${zoneText(at, zone)}`;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// Date knows both zones; the first Intl formatter of a process costs more than amp's whole listing.
function partsOf(at: number, { timeZone }: Zone) {
  const date = new Date(at);
  if (timeZone === 'UTC') {
    return {
      weekday: date.getUTCDay(),
      day: date.getUTCDate(),
      month: date.getUTCMonth(),
      year: date.getUTCFullYear(),
      hours: date.getUTCHours(),
      minutes: date.getUTCMinutes(),
      seconds: date.getUTCSeconds(),
    };
  }
  return {
    weekday: date.getDay(),
    day: date.getDate(),
    month: date.getMonth(),
    year: date.getFullYear(),
    hours: date.getHours(),
    minutes: date.getMinutes(),
    seconds: date.getSeconds(),
  };
}
