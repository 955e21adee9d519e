import { parseFieldPath } from './field-path.ts';
import type { DraftIntegration, DraftReadObject } from './keys.ts';
import type { OrgObject, OrgSchema } from './org-schema.ts';
import { fieldsOf, isSalesforceCrm, nameOf, readObjectsOf, sameObject, subscribeObjectsOf } from './parts.ts';
import type { CheckedFile } from './rule.ts';
import type { Spot } from './spot.ts';
import { suggest } from './suggest.ts';

export interface OrgFieldFinding {
  problem: 'missing' | 'path';
  /** Salesforce's spelling of the object. */
  object: string;
  /** The name or path as written. */
  name: string;
  /** What the manifest uses it for: `required field`, `default`, `watch name`. */
  role: string;
  close?: string;
  /** For a path: the step that does not exist. */
  step?: string;
}

type ReportField = (spot: Spot, finding: OrgFieldFinding) => void;

/** Looks up every field a manifest names in the org, ignoring case. Objects the org lacks are left to object-exists. */
export function checkFieldsAgainstOrg(file: CheckedFile, report: ReportField): void {
  const { org } = file.options;
  if (!org) return;
  for (const integration of file.integrations) {
    if (!isSalesforceCrm(integration)) continue;
    for (const read of readObjectsOf(integration)) checkReadObject(read, org, report);
    checkWatchNames(integration, org, report);
  }
}

function checkReadObject(read: DraftReadObject, org: OrgSchema, report: ReportField): void {
  const object = org.objects.get(nameOf(read).toLowerCase());
  if (!object?.fields) return;
  for (const [list, role] of [
    [read.requiredFields, 'required field'],
    [read.optionalFields, 'optional field'],
  ] as const) {
    for (const field of list?.items ?? []) {
      if (field.fieldName) checkName(field.fieldName.value, field.fieldName.spot, object, org, role, report);
      if (field.default) checkName(field.default.value, field.default.spot, object, org, 'default', report);
    }
  }
}

function checkWatchNames(integration: DraftIntegration, org: OrgSchema, report: ReportField): void {
  for (const subscribed of subscribeObjectsOf(integration)) {
    const object = org.objects.get(nameOf(subscribed).toLowerCase());
    if (!object?.fields) continue;
    const reads = readObjectsOf(integration).filter((read) =>
      sameObject(integration, nameOf(read), nameOf(subscribed)),
    );
    const mapped = new Set(reads.flatMap((read) => fieldsOf(read).map((field) => field.mapToName?.value)));
    for (const item of subscribed.updateEvent?.requiredWatchFields?.items ?? []) {
      const isNested = /[.[\]]/.test(item.value) || item.value.trim() === '';
      if (isNested || mapped.has(item.value)) continue;
      checkName(item.value, item.spot, object, org, 'watch name', report);
    }
  }
}

function checkName(
  name: string,
  spot: Spot,
  object: OrgObject,
  org: OrgSchema,
  role: string,
  report: ReportField,
): void {
  const parsed = parseFieldPath(name);
  if (!('segments' in parsed)) return;
  const [first = '', ...rest] = parsed.segments;
  const field = object.fields?.get(first.toLowerCase());
  if (rest.length === 0) {
    if (!field) report(spot, { problem: 'missing', object: object.name, name, role, ...closest(first, object) });
    return;
  }
  const fault = walkPath(parsed.segments, object, org);
  if (fault) report(spot, { problem: 'path', object: object.name, name, role, step: fault });
}

/** Compound part, else relationship, else a walk of the record: gives the first step that the org does not have. */
function walkPath(segments: readonly string[], object: OrgObject, org: OrgSchema): string | undefined {
  const [first = '', second = '', ...more] = segments;
  const components = object.fields?.get(first.toLowerCase())?.components;
  if (components) return components.has(second.toLowerCase()) && more.length === 0 ? undefined : second;
  const targets = object.relationships?.get(first.toLowerCase());
  if (!targets) return first.toLowerCase() === 'attributes' ? undefined : first;
  const described = targets
    .flatMap((target) => org.objects.get(target.toLowerCase()) ?? [])
    .filter((target) => target.fields);
  // The related object was not described: nothing can be said.
  if (described.length === 0) return undefined;
  const faults = described.map((target) =>
    more.length > 0
      ? walkPath([second, ...more], target, org)
      : target.fields!.has(second.toLowerCase())
        ? undefined
        : second,
  );
  return faults.every((fault) => fault !== undefined) ? faults[0] : undefined;
}

function closest(name: string, object: OrgObject): { close?: string } {
  const close = suggest(
    name,
    [...(object.fields?.values() ?? [])].map((field) => field.name),
  );
  return close === undefined ? {} : { close };
}
