import { parseFieldPath } from './field-path.ts';
import type { DraftManifest } from './keys.ts';
import type { OrgSchema } from './org-schema.ts';
import { actions, fieldsOf, isSalesforceCrm, nameOf, objectsOf, readObjectsOf } from './parts.ts';

/** The Salesforce objects a manifest names, with errors or without: what has to be described to check it. */
export function objectsNamed(draft: DraftManifest | undefined): string[] {
  const names = (draft?.integrations?.items ?? [])
    .filter(isSalesforceCrm)
    .flatMap((integration) => actions.flatMap((action) => objectsOf(integration, action).map(nameOf)));
  return [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => name.trim() !== '');
}

/** Objects that field paths lead to through relationships and that are not described yet: `User` for `$['Owner']['Email']`. */
export function objectsReached(draft: DraftManifest | undefined, org: OrgSchema): string[] {
  const reached = new Set<string>();
  for (const integration of (draft?.integrations?.items ?? []).filter(isSalesforceCrm)) {
    for (const read of readObjectsOf(integration)) {
      for (const field of fieldsOf(read)) {
        for (const name of [field.fieldName?.value, field.default?.value]) {
          const parsed = name === undefined ? undefined : parseFieldPath(name);
          if (parsed && 'segments' in parsed) follow(parsed.segments, nameOf(read), org, reached);
        }
      }
    }
  }
  return [...reached];
}

function follow(segments: readonly string[], objectName: string, org: OrgSchema, reached: Set<string>): void {
  if (segments.length < 2) return;
  const object = org.objects.get(objectName.toLowerCase());
  if (!object?.fields) {
    if (object) reached.add(objectName.toLowerCase());
    return;
  }
  if (object.fields.get(segments[0]!.toLowerCase())?.components) return;
  for (const target of object.relationships?.get(segments[0]!.toLowerCase()) ?? []) {
    if (!org.objects.get(target.toLowerCase())?.fields) {
      if (org.objects.has(target.toLowerCase())) reached.add(target.toLowerCase());
    } else follow(segments.slice(1), target, org, reached);
  }
}
