/**
 * Record ids: 15 case-sensitive characters, or the same with 3 of checksum that make case not matter (REST guide, "ID field
 * type"). Lists and exports hold the short form; everything of ours holds the long one.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The 18 characters of an id; undefined when it is none. */
export function longId(id: string): string | undefined {
  if (/^[A-Za-z0-9]{18}$/.test(id)) return id;
  if (!/^[A-Za-z0-9]{15}$/.test(id)) return undefined;
  let checksum = '';
  for (let start = 0; start < 15; start += 5) {
    let bits = 0;
    for (let i = 0; i < 5; i++) if (/[A-Z]/.test(id[start + i]!)) bits |= 1 << i;
    checksum += alphabet[bits];
  }
  return id + checksum;
}
