import { constants, deflateRawSync } from 'node:zlib';

/**
 * One gzip file (RFC 1952) from chunks compressed one by one: each becomes whole deflate blocks that end on a byte border, so
 * they can be joined as they are. Some readers stop after the first member, which is why this is not a member per chunk.
 */
export function* gzipChunks(chunks: Iterable<Buffer>): Iterable<Buffer> {
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  let crc = 0;
  let size = 0;
  for (const chunk of chunks) {
    crc = crc32(chunk, crc);
    size = (size + chunk.length) >>> 0;
    yield deflateRawSync(chunk, { level: 1, finishFlush: constants.Z_SYNC_FLUSH });
  }
  // An empty last block, then checksum and length.
  const trailer = Buffer.from([0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  trailer.writeUInt32LE(crc, 2);
  trailer.writeUInt32LE(size, 6);
  yield trailer;
}

const tables = makeTables();

function makeTables(): Uint32Array[] {
  const first = new Uint32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    first[n] = c >>> 0;
  }
  const all = [first];
  for (let t = 1; t < 4; t++) {
    const previous = all[t - 1]!;
    all.push(Uint32Array.from(previous, (c) => (first[c & 255]! ^ (c >>> 8)) >>> 0));
  }
  return all;
}

/** Four bytes a step; Node 20's zlib has no crc32 of its own. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3] = tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let c = ~before;
  let i = 0;
  for (const end = bytes.length - 3; i < end; i += 4) {
    c ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    c = t3[c & 255]! ^ t2[(c >>> 8) & 255]! ^ t1[(c >>> 16) & 255]! ^ t0[c >>> 24]!;
  }
  for (; i < bytes.length; i++) c = t0[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
  return ~c >>> 0;
}
