import { randomBase62 } from '../platform/ids.ts';
import type { Download } from './destination.ts';

/** A whole message body may have this many bytes of UTF-8, envelope included. */
export const messageLimitBytes = 300_000;

/** 22 characters of base 62 carry 130 random bits: nobody guesses a download. */
const downloadIdCharacters = 22;

export interface PackedMessage {
  /** The final body. */
  body: Uint8Array;
  records: number;
  /** For the one record that is too large to travel inline. */
  download?: Download;
}

export interface PackOptions {
  /** Bytes of the final body; 300,000 unless a test says otherwise. */
  limitBytes?: number;
  newDownloadId?: () => string;
}

/** Packs the records (UTF-8 bytes of one JSON value each) into as few messages as fit, in order. See MessagePacker. */
export function* packMessages(
  head: Readonly<Record<string, unknown>>,
  records: Iterable<Uint8Array>,
  options: PackOptions = {},
): Generator<PackedMessage> {
  const packer = new MessagePacker(head, options);
  for (const record of records) yield* packer.add(record);
  yield* packer.finish();
}

/**
 * Builds message bodies from an envelope and ready-made record bytes, copying each record once and serialising nothing
 * twice: `{…head, "resultInfo": {"type": "inline", "numRecords": n}, "result": [record, …]}`. The count stands before the
 * records, so room for it is kept in front and the head is written last, against the first record. A record that is too
 * large alone becomes a `resultInfo.type: "url"` message without `result`; its `downloadUrl` is filled in when it is sent.
 */
export class MessagePacker {
  readonly #limitBytes: number;
  readonly #newDownloadId: () => string;
  /** `{…,"resultInfo":{` */
  readonly #head: Buffer;
  readonly #fixedBytes: number;
  /** Where the first record begins. */
  readonly #start: number;
  #buffer: Buffer;
  #end: number;
  #records = 0;

  /** `head` holds every envelope field but `resultInfo` and `result`. */
  constructor(head: Readonly<Record<string, unknown>>, options: PackOptions = {}) {
    this.#limitBytes = options.limitBytes ?? messageLimitBytes;
    this.#newDownloadId = options.newDownloadId ?? (() => randomBase62(downloadIdCharacters));
    const fields = JSON.stringify(head).slice(0, -1);
    this.#head = Buffer.from(`${fields}${fields === '{' ? '' : ','}"resultInfo":{`);
    this.#fixedBytes = this.#head.length + inlineInfo(0).length - 1 + tail.length;
    this.#start = this.#head.length + inlineInfo(this.#limitBytes).length;
    this.#buffer = Buffer.allocUnsafeSlow(this.#start + 4096);
    this.#end = this.#start;
  }

  /** Takes the next record and answers the messages that are complete now: mostly none. */
  add(record: Uint8Array): PackedMessage[] {
    if (this.#size(this.#records + 1, record.length) <= this.#limitBytes) {
      this.#append(record);
      return [];
    }
    const done = this.finish();
    if (this.#size(1, record.length) > this.#limitBytes) done.push(this.#offer(record));
    else this.#append(record);
    return done;
  }

  /** Ends the message being filled; none when it is empty. */
  finish(): PackedMessage[] {
    if (this.#records === 0) return [];
    const info = inlineInfo(this.#records);
    const from = this.#start - info.length - this.#head.length;
    this.#head.copy(this.#buffer, from);
    this.#buffer.write(info, from + this.#head.length, 'latin1');
    this.#buffer.write(tail, this.#end, 'latin1');
    const body = this.#buffer.subarray(from, this.#end + tail.length);
    const message = { body, records: this.#records };
    this.#buffer = Buffer.allocUnsafeSlow(
      Math.max(this.#start + 4096, Math.min(this.#capacity(), Math.ceil(body.length * 1.1))),
    );
    this.#end = this.#start;
    this.#records = 0;
    return [message];
  }

  #size(records: number, moreBytes: number): number {
    const commas = records - 1;
    return this.#fixedBytes + String(records).length + (this.#end - this.#start) + moreBytes + (commas > 0 ? 1 : 0);
  }

  #capacity(): number {
    return this.#start + this.#limitBytes + tail.length;
  }

  #append(record: Uint8Array): void {
    const needed = this.#end + 1 + record.length + tail.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(this.#capacity(), this.#buffer.length * 4)));
      this.#buffer.copy(larger, this.#start, this.#start, this.#end);
      this.#buffer = larger;
    }
    if (this.#records > 0) this.#buffer[this.#end++] = comma;
    this.#buffer.set(record, this.#end);
    this.#end += record.length;
    this.#records++;
  }

  #offer(record: Uint8Array): PackedMessage {
    const id = this.#newDownloadId();
    return {
      body: Buffer.concat([this.#head, Buffer.from(urlInfo(downloadMarker(id)))]),
      records: 1,
      download: { id, content: Buffer.concat([Buffer.from('['), record, Buffer.from(']')]) },
    };
  }
}

/** The final body of a message that offers a download. `url` is plain ASCII without quotes. */
export function fillDownloadUrl(body: Uint8Array, id: string, url: string): Buffer {
  const marker = downloadMarker(id);
  const whole = Buffer.from(body);
  const at = whole.lastIndexOf(marker);
  return Buffer.concat([whole.subarray(0, at), Buffer.from(url), whole.subarray(at + marker.length)]);
}

/** The message with its record inside, for destinations without a size limit; undefined when it is no message of records. */
export function inlineDownload(body: Uint8Array, { id, content }: Download): Buffer | undefined {
  const offer = Buffer.from(urlInfo(downloadMarker(id)));
  const head = Buffer.from(body).subarray(0, -offer.length);
  if (!offer.equals(body.subarray(head.length))) return undefined;
  const result = Buffer.from(content).subarray(1, -1);
  return Buffer.concat([head, Buffer.from(inlineInfo(1)), result, Buffer.from(tail)]);
}

/** Stands for the address of a download until the message is sent: only the sender knows where it serves. */
export function downloadMarker(id: string): string {
  return `amp-download:${id}`;
}

function urlInfo(url: string): string {
  return `"type":"url","downloadUrl":"${url}","numRecords":1}}`;
}

const comma = 0x2c;
const tail = ']}';

function inlineInfo(records: number): string {
  return `"type":"inline","numRecords":${records}},"result":[`;
}
