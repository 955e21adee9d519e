import { maximumBytes } from './node.ts';

export type ByteFault =
  | { kind: 'size' }
  | { kind: 'nul'; offset: number }
  | { kind: 'not-utf8'; offset: number; byte: number };

export interface DecodedBytes {
  /** Without byte order mark. Empty when the file is too large to look at. */
  text: string;
  hasByteOrderMark: boolean;
  fault?: ByteFault;
}

/** Bytes of a manifest → text, or the first byte that is not UTF-8 text. Looks at no more than the size limit. */
export function decodeBytes(bytes: Uint8Array): DecodedBytes {
  if (bytes.length > maximumBytes) {
    return { text: '', hasByteOrderMark: false, fault: { kind: 'size' } };
  }
  const hasByteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const nul = bytes.indexOf(0);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (nul < 0) return { text, hasByteOrderMark };
    return { text: text.replaceAll('\0', '\ufffd'), hasByteOrderMark, fault: { kind: 'nul', offset: nul } };
  } catch {
    const offset = firstInvalidByte(bytes);
    const text = new TextDecoder('utf-8').decode(bytes);
    if (nul >= 0 && nul < offset) return { text, hasByteOrderMark, fault: { kind: 'nul', offset: nul } };
    return { text, hasByteOrderMark, fault: { kind: 'not-utf8', offset, byte: bytes[offset] ?? 0 } };
  }
}

/** Halves the file until the first byte that cannot be decoded is found; a sequence cut short is faulted at its start. */
function firstInvalidByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isValid(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  if (isValid(bytes.subarray(0, good), false)) return good;
  // The bytes before begin a character that does not go on: its first byte has the two top bits set.
  let lead = good - 1;
  while (lead > 0 && good - lead < 4 && (bytes[lead]! & 0xc0) !== 0xc0) lead -= 1;
  return lead;
}

/** `isPrefix`: a sequence cut at the end is not yet wrong. */
function isValid(bytes: Uint8Array, isPrefix: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isPrefix });
    return true;
  } catch {
    return false;
  }
}
