import type { Outbox, OutboxMessage } from '../../../destinations/destination.ts';
import { newMessageId } from '../../../destinations/outbox.ts';
import { MessagePacker, type PackedMessage } from '../../../destinations/pack.ts';
import type { ReadSink } from './sink.ts';

export interface OutboxSinkOptions {
  outbox: Outbox;
  /** Every envelope field but `resultInfo` and `result`. */
  head: Readonly<Record<string, unknown>>;
  destination: string;
  objectName: string;
  operationId: string;
  now: () => number;
  /** Looked at in each transaction; throws when nothing more may be delivered. */
  assertWanted: () => void;
}

/** Lines become messages, committed to the outbox together with the checkpoint: final bytes, final ids. */
export function createOutboxSink(options: OutboxSinkOptions): ReadSink {
  let packer = new MessagePacker(options.head);
  let packed: PackedMessage[] = [];
  return {
    holdsPages: true,
    async open() {},
    async write(lines) {
      const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
      for (let from = 0; from < bytes.length; ) {
        const end = bytes.indexOf(0x0a, from);
        for (const message of packer.add(bytes.subarray(from, end))) packed.push(message);
        from = end + 1;
      }
    },
    async rollback() {
      packer = new MessagePacker(options.head);
      packed = [];
    },
    endStep() {
      const messages = [...packed, ...packer.finish()];
      packed = [];
      return { offset: 0, messages };
    },
    async flush() {},
    commit({ messages }) {
      options.assertWanted();
      options.outbox.add(messages.map(toOutbox));
    },
    async close() {},
  };

  function toOutbox(message: PackedMessage): OutboxMessage {
    return {
      id: newMessageId(options.now()),
      destination: options.destination,
      orderKey: options.objectName,
      overlap: options.operationId,
      body: message.body,
      operationId: options.operationId,
      records: message.records,
      topic: 'read',
      ...(message.download ? { download: message.download } : {}),
    };
  }
}
