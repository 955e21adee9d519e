import type { DraftIntegration, DraftReadObject, DraftWriteObject } from './keys.ts';
import { findRead, nameOf, writeObjectsOf } from './parts.ts';
import type { CheckedFile } from './rule.ts';

export interface InheritedRead {
  integration: DraftIntegration;
  write: DraftWriteObject;
  /** The read object whose names the write object turns around. */
  read: DraftReadObject;
}

/** Write objects with `inheritMapping: true`, each with its read object. */
export function* inheritedReads(file: CheckedFile): Generator<InheritedRead> {
  for (const integration of file.integrations) {
    for (const write of writeObjectsOf(integration)) {
      if (write.inheritMapping?.value !== true || !write.objectName) continue;
      const read = findRead(integration, nameOf(write));
      if (read) yield { integration, write, read };
    }
  }
}
