import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AmpError } from '../../errors/amp-error.ts';
import type { Outcome, OutgoingMessage, Target } from '../target.ts';

/**
 * Appends each message as one line to `<folder>/<topic>.ndjson`. A line is on disk before the message counts as delivered, so
 * a crash between the two writes the same line, with the same content, once more; a line cut by a crash is removed at start.
 */
export function openFileTarget(folder: string): Target {
  const files = new Map<string, number>();

  function open(topic: string): number {
    const name = `${topic.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')}.ndjson`;
    let fd = files.get(name);
    if (fd === undefined) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      fd = openSync(join(folder, name), 'a+', 0o600);
      removeCutLine(fd);
      files.set(name, fd);
    }
    return fd;
  }

  return {
    async send(message: OutgoingMessage): Promise<Outcome> {
      try {
        const fd = open(message.topic);
        const line = Buffer.concat([message.body, Buffer.from('\n')]);
        for (let at = 0; at < line.length; ) at += writeSync(fd, line, at);
        fdatasyncSync(fd);
        return { kind: 'delivered' };
      } catch (error) {
        const { code = 'EUNKNOWN' } = error as { code?: string };
        return { kind: 'failed', reason: `cannot write to ${folder} (${code})`, busy: false };
      }
    },
    async close() {
      for (const fd of files.values()) closeSync(fd);
      files.clear();
    },
  };
}

/** Truncates to the last line end. */
function removeCutLine(fd: number): void {
  const { size } = fstatSync(fd);
  const chunk = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunk.length);
    const read = readSync(fd, chunk, 0, end - start, start);
    const at = chunk.subarray(0, read).lastIndexOf(0x0a);
    if (at !== -1 || start === 0) {
      ftruncateSync(fd, at === -1 ? 0 : start + at + 1);
      return;
    }
    end = start;
  }
}

/** Checks that `folder` can hold messages. Throws `file-unwritable`. */
export function checkFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new AmpError({ code: 'file-unwritable', message: `Cannot make the folder ${folder}.`, cause: error });
  }
}
