const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const checksumAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The three characters that make a 15-character id case-insensitive: one bit per upper-case letter, five by five. */
export function idChecksum(id15: string): string {
  let checksum = '';
  for (const start of [0, 5, 10]) {
    let bits = 0;
    for (let i = 0; i < 5; i++) {
      const code = id15.charCodeAt(start + i);
      if (code >= 65 && code <= 90) bits |= 1 << i;
    }
    checksum += checksumAlphabet[bits];
  }
  return checksum;
}

/** Ids of things that are no records (locators, jobs, batches): prefix, then a counter, 18 characters. */
export class ProtocolIds {
  readonly #pod: string;
  #next: number;

  constructor(pod: string, first: number) {
    this.#pod = pod;
    this.#next = first;
  }

  next(prefix: string): string {
    let counter = '';
    for (let rest = this.#next++, i = 0; i < 9; i++, rest = Math.floor(rest / 62))
      counter = base62[rest % 62] + counter;
    const id15 = `${prefix}${this.#pod}0${counter}`;
    return id15 + idChecksum(id15);
  }
}
