import { type FileHandle, open } from 'node:fs/promises';
import { AmpError } from '../../../errors/amp-error.ts';
import type { ReadSink } from './sink.ts';

/**
 * Lines to a file, exactly once: written at a known offset, made durable before the offset is committed, and cut back to
 * the committed offset on start. A run that was killed and resumed leaves the bytes of one that was not.
 */
export function createFileSink(path: string): ReadSink {
  let file: FileHandle | undefined;
  /** A pipe or a device takes bytes in order and gives none back. */
  let isRegular = true;
  let closed = 0;
  let position = 0;
  return {
    holdsPages: false,
    async open(offset) {
      file = await openAt(path, offset);
      isRegular = (await file.stat()).isFile();
      if (isRegular) await file.truncate(offset);
      closed = position = offset;
    },
    async write(lines) {
      for (let from = 0; from < lines.length; ) {
        const { bytesWritten } = await file!
          .write(lines, from, lines.length - from, isRegular ? position : null)
          .catch(unwritable);
        from += bytesWritten;
        position += bytesWritten;
      }
    },
    async rollback() {
      if (position === closed) return;
      if (!isRegular)
        throw new AmpError({
          code: 'read-page-broken',
          message: `A page broke off, and ${path} cannot take lines back.`,
        });
      await file!.truncate(closed);
      position = closed;
    },
    endStep() {
      closed = position;
      return { offset: closed, messages: [] };
    },
    async flush() {
      if (isRegular) await file!.datasync().catch(unwritable);
    },
    commit() {},
    async close() {
      await file?.close();
    },
  };

  function unwritable(error: NodeJS.ErrnoException): never {
    throw new AmpError({
      code: 'read-output-invalid',
      message: `Cannot write ${path}: ${error.message}.`,
      hint: 'Make room or name another place; the read can be resumed.',
      cause: error,
    });
  }
}

async function openAt(path: string, offset: number): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, offset === 0 ? 'w+' : 'r+');
  } catch (error) {
    if (offset > 0 && (error as NodeJS.ErrnoException).code === 'ENOENT') throw changed(`${path} is gone.`);
    throw new AmpError({
      code: 'read-output-invalid',
      message: `${path} cannot be opened: ${(error as Error).message}.`,
      cause: error,
    });
  }
  const { size } = await file.stat();
  if (size >= offset) return file;
  await file.close();
  throw changed(`${path} has ${size} bytes, but the unfinished read had written ${offset}.`);
}

function changed(message: string): AmpError {
  return new AmpError({ code: 'read-output-changed', message });
}
