/** Record ids: 15 case-sensitive base-62 characters, or 18 with a checksum that survives case folding. */
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const checksumAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** Characters 4 and 5 name the instance, 6 to 10 are the high digits of the counter. */
export const idMiddle = 'Am00000';
export const emptyId = '000000000000000AAA';
export const masterRecordTypeId = '012000000000000AAA';

/** Three checksum characters of a 15-character id: a bit per upper-case letter, five bits a character. */
export function idChecksum(id15: string): string {
  let checksum = '';
  for (let start = 0; start < 15; start += 5) {
    let bits = 0;
    for (let i = 0; i < 5; i++) {
      const code = id15.charCodeAt(start + i);
      if (code >= 65 && code <= 90) bits |= 1 << i;
    }
    checksum += checksumAlphabet[bits];
  }
  return checksum;
}

/** The 18-character id of the `row`-th record (from 1) of the object with this prefix; ascending rows give ascending ids. */
export function idOfRow(prefix: string, row: number): string {
  let digits = '';
  for (let i = 0, rest = row; i < 5; i++, rest = Math.floor(rest / 62)) digits = base62[rest % 62] + digits;
  const id15 = prefix + idMiddle + digits;
  return id15 + idChecksum(id15);
}

const shape15 = /^[0-9A-Za-z]{15}$/;
const shape18 = /^[0-9A-Za-z]{15}[A-Z0-5a-z]{3}$/;

/** 18 characters from 15 or 18 (in any case); undefined when the text is no id. */
export function toId18(id: string): string | undefined {
  if (shape15.test(id)) return id + idChecksum(id);
  if (!shape18.test(id)) return undefined;
  const upper = id.slice(15).toUpperCase();
  if (idChecksum(id.slice(0, 15)) === upper) return id.slice(0, 15) + upper;
  return restoreCase(id.slice(0, 15), upper);
}

/** The checksum knows which letters were upper case: what an 18-character id is for. */
function restoreCase(letters: string, checksum: string): string | undefined {
  let restored = '';
  for (let i = 0; i < 15; i++) {
    const bits = checksumAlphabet.indexOf(checksum[Math.floor(i / 5)]!);
    const letter = letters[i]!;
    restored += bits & (1 << (i % 5)) ? letter.toUpperCase() : letter.toLowerCase();
  }
  return idChecksum(restored) === checksum ? restored + checksum : undefined;
}
