/**
 * The transcoder of ../javascript-transcoder.ts in AssemblyScript with SIMD: finds the values of each CSV row sixteen bytes
 * at a time, then plays the program (../program.ts) over them. Memory is laid out by ../wasm-transcoder.ts; up to 15 bytes
 * behind every region may be read or written, never meant. `npm run wasm` compiles it into ../wasm-module.generated.ts.
 */

/** Writes what only JavaScript knows how to: answers the bytes written at `out`, or -1 when there is no room. */
@external("host", "write")
declare function hostWrite(handler: i32, start: i32, end: i32, flags: i32, out: i32, limit: i32): i32;

/** Bytes of input that became rows, bytes of output, rows, and values of a row that has too many or too few. */
export let consumed: i32 = 0;
export let written: i32 = 0;
export let rows: i32 = 0;
export let found: i32 = 0;

let code: usize = 0;
let literals: usize = 0;
/** Per value: start, end, flags. */
let table: usize = 0;
let columns: i32 = 0;
let delimiter: i32 = 0;
/** Bytes of all literals, and how often one value is written at most. */
let fixedBytes: i32 = 0;
let uses: i32 = 0;

const quote: i32 = 0x22;
const backslash: i32 = 0x5c;
const lineFeed: i32 = 0x0a;
const carriageReturn: i32 = 0x0d;
const doubled: i32 = 1;
const special: i32 = 2;

// Answers of `transcode`.
const moreInput: i32 = 0;
const outputFull: i32 = 1;
const textAfterQuote: i32 = 2;
const endInQuotes: i32 = 3;
const wrongCount: i32 = 4;

// Answers of `scan` below zero.
const incomplete: i32 = -1;
const badQuote: i32 = -2;
const unclosed: i32 = -3;

// Handlers of values that do not look like their type.
const oddInteger: i32 = -1;
const oddNumber: i32 = -2;
const oddBoolean: i32 = -3;
const oddDatetime: i32 = -4;

export function configure(
  codeAt: i32,
  literalsAt: i32,
  tableAt: i32,
  columnCount: i32,
  delimiterByte: i32,
  literalBytes: i32,
  mostUses: i32,
): void {
  code = codeAt;
  literals = literalsAt;
  table = tableAt;
  columns = columnCount;
  delimiter = delimiterByte;
  fixedBytes = literalBytes;
  uses = mostUses;
}

/** Turns rows in [from, to) into lines at `out`, as many as are complete and fit below `limit`. */
export function transcode(from: i32, to: i32, out: i32, limit: i32, final: i32): i32 {
  let at = from;
  let end = out;
  let count = 0;
  let answer = moreInput;
  while (at < to) {
    const byte = <i32>load<u8>(at);
    if (byte == lineFeed) {
      at++;
      continue;
    }
    if (byte == carriageReturn && at + 1 < to && <i32>load<u8>(at + 1) == lineFeed) {
      at += 2;
      continue;
    }
    const next = scan(at, to, final);
    if (next < 0) {
      if (next == badQuote) answer = textAfterQuote;
      else if (next == unclosed) answer = endInQuotes;
      break;
    }
    if (found != columns) {
      answer = wrongCount;
      break;
    }
    // Quick bound: every byte a control character, written in every place.
    if (end + fixedBytes + (next - at + 8) * 6 * uses > limit && end + neededBytes() > limit) {
      answer = outputFull;
      break;
    }
    const line = play(end, limit);
    if (line < 0) {
      answer = outputFull;
      break;
    }
    end = line;
    count++;
    at = next;
  }
  consumed = at - from;
  written = end - out;
  rows = count;
  return answer;
}

function scan(from: i32, to: i32, final: i32): i32 {
  const quotes = i8x16.splat(<i8>quote);
  const backslashes = i8x16.splat(<i8>backslash);
  const controls = i8x16.splat(0x20);
  let at = from;
  let count = 0;
  for (;;) {
    const slot = table + 12 * min(count, columns);
    let flags = 0;
    if (at < to && <i32>load<u8>(at) == quote) {
      at++;
      store<i32>(slot, at);
      for (;;) {
        // To the next quote.
        while (at < to) {
          const bytes = v128.load(at);
          const isQuote = i8x16.bitmask(i8x16.eq(bytes, quotes));
          let isSpecial = i8x16.bitmask(v128.or(i8x16.lt_u(bytes, controls), i8x16.eq(bytes, backslashes)));
          if (isQuote != 0) {
            const index = ctz(isQuote);
            isSpecial &= (1 << index) - 1;
            if (isSpecial != 0) flags |= special;
            at += index;
            break;
          }
          if (isSpecial != 0) flags |= special;
          at += 16;
        }
        if (at >= to) {
          found = count;
          return final ? unclosed : incomplete;
        }
        if (at + 1 >= to && !final) return incomplete;
        if (at + 1 < to && <i32>load<u8>(at + 1) == quote) {
          flags |= doubled | special;
          at += 2;
          continue;
        }
        break;
      }
      store<i32>(slot, at, 4);
      at++;
    } else {
      const start = at;
      store<i32>(slot, at);
      while (at < to) {
        const byte = <i32>load<u8>(at);
        if (byte == delimiter || byte == lineFeed) break;
        if (byte < 0x20 || byte == backslash || byte == quote) flags |= special;
        at++;
      }
      if (at >= to && !final) return incomplete;
      const endsLine = at < to && <i32>load<u8>(at) == lineFeed;
      const strip = endsLine && at > start && <i32>load<u8>(at - 1) == carriageReturn;
      store<i32>(slot, strip ? at - 1 : at, 4);
    }
    store<i32>(slot, flags, 8);
    count++;
    if (at >= to) {
      if (!final) return incomplete;
      found = count;
      return at;
    }
    const byte = <i32>load<u8>(at);
    if (byte == delimiter) {
      at++;
      continue;
    }
    found = count;
    if (byte == lineFeed) return at + 1;
    if (byte == carriageReturn) {
      if (at + 1 >= to && !final) return incomplete;
      if (at + 1 >= to || <i32>load<u8>(at + 1) == lineFeed) return min(at + 2, to);
    }
    return badQuote;
  }
}

/** Output of the row that was scanned, at most; handlers ask for room by themselves. */
function neededBytes(): i32 {
  let bytes = fixedBytes + 64;
  for (let column = 0; column < columns; column++) {
    const slot = table + 12 * column;
    const length = load<i32>(slot, 4) - load<i32>(slot) + 8;
    bytes += length * uses * (load<i32>(slot, 8) & special ? 6 : 1);
  }
  return bytes;
}

function play(start: i32, limit: i32): i32 {
  let at = code;
  let out = start;
  for (;;) {
    const opcode = load<i32>(at);
    const operand = load<i32>(at, 4);
    if (opcode == 1) {
      const length = load<i32>(at, 8);
      copy(out, literals + operand, length);
      out += length;
      at += 12;
      continue;
    }
    if (opcode == 0) return out;
    if (opcode == 8) {
      const skipAt = at + 8 + 4 * operand;
      let empty = true;
      for (let cell = at + 8; cell < skipAt; cell += 4) {
        const slot = table + 12 * load<i32>(cell);
        if (load<i32>(slot) != load<i32>(slot, 4)) empty = false;
      }
      at = skipAt + 4;
      if (empty) {
        out = writeNull(out);
        at += 4 * load<i32>(skipAt);
      }
      continue;
    }
    const slot = table + 12 * operand;
    const from = load<i32>(slot);
    const to = load<i32>(slot, 4);
    const flags = load<i32>(slot, 8);
    at += opcode == 9 ? 12 : 8;
    if (opcode == 7) {
      out = writeText(out, from, to, flags);
      continue;
    }
    if (from == to) {
      out = writeNull(out);
      continue;
    }
    if (opcode == 2) {
      store<u8>(out, quote);
      out = writeText(out + 1, from, to, flags);
      store<u8>(out, quote);
      out++;
      continue;
    }
    let handler = 0;
    if (opcode == 3 || opcode == 4) {
      if (isRegularNumber(from, to, opcode == 4)) {
        copy(out, from, to - from);
        out += to - from;
        continue;
      }
      handler = opcode == 4 ? oddInteger : oddNumber;
    } else if (opcode == 5) {
      if (isBoolean(from, to)) {
        copy(out, from, to - from);
        out += to - from;
        continue;
      }
      handler = oddBoolean;
    } else if (opcode == 6) {
      if (isRegularDatetime(from, to)) {
        store<u8>(out, quote);
        copy(out + 1, from, 23);
        // +0000"
        store<u32>(out, 0x3030302b, 24);
        store<u16>(out, 0x2230, 28);
        out += 30;
        continue;
      }
      handler = oddDatetime;
    } else handler = load<i32>(at - 4);
    const bytes = hostWrite(handler, from, to, flags, out, limit);
    if (bytes < 0) break;
    out += bytes;
  }
  return -1;
}

@inline
function copy(to: usize, from: usize, length: i32): void {
  for (let i = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
}

@inline
function writeNull(out: i32): i32 {
  store<u32>(out, 0x6c6c756e);
  return out + 4;
}

function writeText(start: i32, from: i32, to: i32, flags: i32): i32 {
  if (!(flags & special)) {
    copy(start, from, to - from);
    return start + to - from;
  }
  const quotes = i8x16.splat(<i8>quote);
  const backslashes = i8x16.splat(<i8>backslash);
  const controls = i8x16.splat(0x20);
  let out = start;
  let at = from;
  while (at < to) {
    const bytes = v128.load(at);
    v128.store(out, bytes);
    const stops = i8x16.bitmask(
      v128.or(v128.or(i8x16.lt_u(bytes, controls), i8x16.eq(bytes, backslashes)), i8x16.eq(bytes, quotes)),
    );
    const run = stops == 0 ? 16 : ctz(stops);
    if (run > 0) {
      const taken = min(run, to - at);
      at += taken;
      out += taken;
      continue;
    }
    const byte = <i32>load<u8>(at);
    at++;
    if (byte == quote && flags & doubled) at++;
    out = writeEscape(out, byte);
  }
  return out;
}

function writeEscape(out: i32, byte: i32): i32 {
  let letter = 0;
  if (byte == quote || byte == backslash) letter = byte;
  else if (byte == 0x08) letter = 0x62;
  else if (byte == 0x09) letter = 0x74;
  else if (byte == 0x0a) letter = 0x6e;
  else if (byte == 0x0c) letter = 0x66;
  else if (byte == 0x0d) letter = 0x72;
  if (letter != 0) {
    store<u16>(out, 0x5c | (letter << 8));
    return out + 2;
  }
  // \u00
  store<u32>(out, 0x3030755c);
  const low = byte & 15;
  store<u8>(out, 0x30 + (byte >> 4), 4);
  store<u8>(out, low < 10 ? 0x30 + low : 0x57 + low, 5);
  return out + 6;
}

@inline
function isDigit(byte: i32): bool {
  return <u32>(byte - 0x30) < 10;
}

function isRegularNumber(from: i32, to: i32, integer: bool): bool {
  let at = from;
  if (<i32>load<u8>(at) == 0x2d) at++;
  if (at >= to) return false;
  if (<i32>load<u8>(at) == 0x30) at++;
  else if (isDigit(load<u8>(at))) {
    while (at < to && isDigit(load<u8>(at))) at++;
  } else return false;
  if (at == to) return true;
  if (integer) return false;
  if (<i32>load<u8>(at) == 0x2e) {
    at++;
    const first = at;
    while (at < to && isDigit(load<u8>(at))) at++;
    if (at == first) return false;
  }
  return at == to;
}

function isBoolean(from: i32, to: i32): bool {
  if (to - from == 4) return load<u32>(from) == 0x65757274;
  return to - from == 5 && load<u32>(from) == 0x736c6166 && load<u8>(from, 4) == 0x65;
}

/** `2018-12-18T22:51:58.000Z` */
function isRegularDatetime(from: i32, to: i32): bool {
  if (to - from != 24) return false;
  const head = v128.load(from);
  const digits = i8x16.bitmask(i8x16.lt_u(i8x16.sub(head, i8x16.splat(0x30)), i8x16.splat(10)));
  return (
    digits == 0xdb6f &&
    load<u8>(from, 4) == 0x2d &&
    load<u8>(from, 7) == 0x2d &&
    load<u8>(from, 10) == 0x54 &&
    load<u8>(from, 13) == 0x3a &&
    load<u8>(from, 16) == 0x3a &&
    isDigit(load<u8>(from, 17)) &&
    isDigit(load<u8>(from, 18)) &&
    load<u8>(from, 19) == 0x2e &&
    isDigit(load<u8>(from, 20)) &&
    isDigit(load<u8>(from, 21)) &&
    isDigit(load<u8>(from, 22)) &&
    load<u8>(from, 23) == 0x5a
  );
}
