import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

/**
 * A zip with one entry, the same bytes for the same content at any time and on any machine: deflate, mode 0644, the first
 * moment a zip can name (PKWARE APPNOTE 4.3: local header, data, central directory, end record).
 */
export function zipOneFile(name: string, content: Uint8Array): Buffer {
  const packed = deflateRawSync(content, { level: 9 });
  const nameBytes = Buffer.from(name, 'utf8');
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0); // version needed: 2.0, deflate
  shared.writeUInt16LE(0x0800, 2); // names are UTF-8
  shared.writeUInt16LE(8, 4); // deflate
  shared.writeUInt16LE(0, 6); // 00:00:00
  shared.writeUInt16LE(0x21, 8); // 1 January 1980
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(packed.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(nameBytes.length, 22);

  const local = Buffer.concat([signature(0x04034b50), shared, nameBytes, packed]);
  const attributes = Buffer.alloc(14);
  attributes.writeUInt32LE((0o100644 << 16) >>> 0, 6); // a regular file, rw-r--r--
  const madeBy = Buffer.from([20, 3]); // 2.0, Unix
  const central = Buffer.concat([signature(0x02014b50), madeBy, shared, attributes, nameBytes]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, signature(0x06054b50), end]);
}

/** Base64 MD5, as `Content-MD5` wants it. */
export function contentMd5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64');
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
