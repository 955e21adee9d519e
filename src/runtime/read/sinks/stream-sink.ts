import { AmpError } from '../../../errors/amp-error.ts';
import type { ReadSink } from './sink.ts';

/**
 * Lines to a stream that cannot take anything back (stdout): a page that is fetched again skips the bytes that are out
 * already. They are the same bytes, because a page of results never changes.
 */
export function createStreamSink(send: (bytes: Uint8Array) => Promise<void>): ReadSink {
  let closed = 0;
  let position = 0;
  let sent = 0;
  return {
    holdsPages: false,
    async open() {},
    async write(lines) {
      const fresh = Math.min(Math.max(sent - position, 0), lines.length);
      position += lines.length;
      if (fresh === lines.length) return;
      sent = position;
      await send(fresh === 0 ? lines : lines.subarray(fresh));
    },
    async rollback() {
      position = closed;
    },
    endStep() {
      if (position >= sent) {
        closed = position;
        return { offset: closed, messages: [] };
      }
      throw new AmpError({
        code: 'read-page-broken',
        message: 'A page of results was longer the first time than the second, and its lines are out already.',
        hint: 'Write to a file with --output, where such lines are taken back.',
      });
    },
    async flush() {},
    commit() {},
    async close() {},
  };
}
