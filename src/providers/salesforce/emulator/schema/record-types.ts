import { idOfRow } from '../ids.ts';
import type { ObjectDefinition, RecordType } from './object.ts';
import { standardObjects } from './objects/index.ts';

/** Record types are rows of RecordType, numbered in schema order. */
export function allRecordTypes(): { object: ObjectDefinition; type: RecordType; row: number; id: string }[] {
  let row = 0;
  return standardObjects.flatMap((object) =>
    object.recordTypes.map((type) => {
      row += 1;
      return { object, type, row, id: idOfRow('012', row) };
    }),
  );
}

export function recordTypeId(object: ObjectDefinition, type: RecordType): string {
  const found = allRecordTypes().find((entry) => entry.object.name === object.name && entry.type.name === type.name);
  if (!found) throw new Error(`no record type ${type.name} on ${object.name}`);
  return found.id;
}
