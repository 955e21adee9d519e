import type { DraftIntegration, DraftReadObject, DraftWriteObject } from './keys.ts';
import { nameOf, readObjectsOf, sameObject, writeObjectsOf } from './parts.ts';
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
      const name = nameOf(write);
      const read = readObjectsOf(integration).find((object) => sameObject(integration, nameOf(object), name));
      if (read) yield { integration, write, read };
    }
  }
}
