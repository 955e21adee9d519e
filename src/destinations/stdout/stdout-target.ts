import type { Outcome, OutgoingMessage, Target } from '../target.ts';

/** Writes each message as one line to `write` (standard output). */
export function openStdoutTarget(write: (bytes: Uint8Array) => Promise<void>): Target {
  return {
    async send(message: OutgoingMessage): Promise<Outcome> {
      try {
        await write(Buffer.concat([message.body, Buffer.from('\n')]));
        return { kind: 'delivered' };
      } catch {
        return { kind: 'failed', reason: 'standard output is closed', busy: false };
      }
    },
    async close() {},
  };
}
