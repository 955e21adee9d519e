import type { OrgObject } from '../../manifest/org-schema.ts';
import { suggest } from '../../manifest/suggest.ts';
import { ownChoice, readsObject } from '../choices.ts';
import type { ConfigFinding } from '../finding.ts';
import {
  at,
  type ConfigCheck,
  type ConfigSubject,
  hasField,
  manifestObject,
  missingFieldHint,
  orgObject,
  sourceOf,
} from './config-check.ts';

/** Every field the installation would use is there, for this user of this org. Nothing is known without an org. */
export const checkFields: ConfigCheck = (subject) => {
  if (!subject.schema) return [];
  return [...readFields(subject), ...writeFields(subject), ...watchedFields(subject)];
};

function readFields(subject: ConfigSubject): ConfigFinding[] {
  const { integration, config } = subject;
  return (integration.read?.objects ?? []).flatMap((object) => {
    if (!readsObject(integration.provider, config, object)) return [];
    const org = orgObject(subject, object.objectName);
    if (!org) return [objectMissing(subject, 'read', object.objectName)];
    const [name, own] = Object.entries(config.read?.objects ?? {}).find(
      ([key]) => manifestObject(subject, [object], key) !== undefined,
    ) ?? [object.objectName, undefined];
    const path = (...more: (string | number)[]) => at('read', 'objects', name, ...more);
    const check = (field: string, where: string, use: string) => missing(org, field, where, use);
    return [
      ...object.requiredFields.flatMap((entry) =>
        entry.kind === 'fixed' ? check(entry.fieldName, path(), 'The manifest requires it.') : [],
      ),
      ...[...object.requiredFields, ...object.optionalFields].flatMap((entry) =>
        entry.kind === 'chosen' && entry.default !== undefined && ownChoice(entry.mapToName, own) === undefined
          ? check(
              entry.default,
              path('selectedFieldMappings', entry.mapToName),
              `It is the default of ${entry.mapToName}; choose another with --map ${entry.mapToName}=<Field>.`,
            )
          : [],
      ),
      ...Object.entries(own?.selectedFields ?? {}).flatMap(([field, on]) =>
        on ? check(field, path('selectedFields', field), 'It is selected.') : [],
      ),
      ...Object.entries(own?.selectedFieldMappings ?? {}).flatMap(([mapped, field]) =>
        field === '' ? [] : check(field, path('selectedFieldMappings', mapped), `${mapped} is mapped to it.`),
      ),
      ...(own?.fieldFilters ?? []).flatMap(({ fieldName }, index) =>
        check(fieldName, path('fieldFilters', index), 'A filter uses it.'),
      ),
      ...(own?.backfill?.fieldFilters ?? []).flatMap(({ fieldName }, index) =>
        check(fieldName, path('backfill', 'fieldFilters', index), 'A filter of the backfill uses it.'),
      ),
    ];
  });
}

function writeFields(subject: ConfigSubject): ConfigFinding[] {
  return Object.entries(subject.config.write?.objects ?? {}).flatMap(([name, own]) => {
    if (!manifestObject(subject, subject.integration.write?.objects, name)) return [];
    const org = orgObject(subject, name);
    if (!org) return [objectMissing(subject, 'write', name)];
    const read = manifestObject(subject, subject.integration.read?.objects, name);
    const settings = { ...own.selectedValueDefaults, ...own.selectedFieldSettings };
    return Object.keys(settings).flatMap((field) => {
      const key = own.selectedFieldSettings?.[field] ? 'selectedFieldSettings' : 'selectedValueDefaults';
      const source = read ? sourceOf(subject, read, field) : field;
      return missing(org, source, at('write', 'objects', name, key, field), 'A write setting is for it.');
    });
  });
}

function watchedFields(subject: ConfigSubject): ConfigFinding[] {
  return Object.entries(subject.config.subscribe?.objects ?? {}).flatMap(([name, own]) => {
    if (!manifestObject(subject, subject.integration.subscribe?.objects, name)) return [];
    const org = orgObject(subject, name);
    if (!org) return [objectMissing(subject, 'subscribe', name)];
    const read = manifestObject(subject, subject.integration.read?.objects, name);
    return (own.updateEvent?.requiredWatchFields ?? []).flatMap((field, index) => {
      const path = at('subscribe', 'objects', name, 'updateEvent', 'requiredWatchFields', index);
      return missing(org, read ? sourceOf(subject, read, field) : field, path, 'It is watched.');
    });
  });
}

function missing(org: OrgObject, field: string, path: string, use: string): ConfigFinding[] {
  if (hasField(org, field)) return [];
  const near = suggest(
    field,
    [...org.fields!.values()].map((one) => one.name),
  );
  return [
    {
      code: 'config-field',
      severity: 'error',
      path,
      message: `${org.name} has no field "${field}" that this user can see. ${use}`,
      hint: near ? `Did you mean "${near}"? ${missingFieldHint}` : missingFieldHint,
    },
  ];
}

function objectMissing({ schema }: ConfigSubject, action: string, name: string): ConfigFinding {
  return {
    code: 'config-object',
    severity: 'error',
    path: at(action, 'objects', name),
    message: `${schema!.label} has no object "${name}" that this user can see.`,
    hint: 'Check the name, then the object permissions of the connected user.',
  };
}
