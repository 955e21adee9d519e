import { text } from './field.ts';
import { auditFields, id, isDeleted, lastActivity, owner } from './field-groups.ts';
import type { ObjectDefinition } from './object.ts';
import { defineObject } from './object.ts';

/** A custom object as it comes into the world: named, owned, audited. */
export function customObject(change: { name: string; label: string; prefix: string }): ObjectDefinition {
  return defineObject(
    { name: change.name, label: change.label, labelPlural: `${change.label}s`, keyPrefix: change.prefix },
    { feedEnabled: false },
    [
      id('Record ID'),
      owner('Group|User'),
      isDeleted(),
      text('Name', `${change.label} Name`, 80, {
        nameField: true,
        idLookup: true,
        indexed: true,
        permissionable: false,
        defaultedOnCreate: true,
      }),
      ...auditFields(),
      lastActivity(),
    ],
  );
}
