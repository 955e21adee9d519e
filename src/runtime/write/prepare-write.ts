import { AmpError } from '../../errors/amp-error.ts';
import type { Diagnostic } from '../../errors/diagnostic.ts';
import { columnKind } from '../../mapping/object-shape.ts';
import { writeMappings } from '../../mapping/reverse/write-mappings.ts';
import { createWriteNames } from '../../mapping/reverse/write-names.ts';
import { findField, type ObjectSchema } from '../../providers/salesforce/describe/object-schema.ts';
import { resolveGuards } from './field-guards.ts';
import { prepareRow, type RowResult } from './prepare-row.ts';
import type { PreparedRow, PreparedWrite } from './prepared.ts';
import { findKeyField } from './upsert-key.ts';
import type { WriteItem, WriteRequest, WriteType } from './write-request.ts';
import type { WriteSource } from './write-source.ts';

/** Prepares the records of one object one by one: requests and files of any size alike. */
export interface WritePreparer {
  type: WriteType;
  object: ObjectSchema;
  keyField: string | undefined;
  stampField: string | undefined;
  /** Settings of the installation that lead to no field. */
  warnings: string[];
  prepare(item: WriteItem, index: number): RowResult;
}

/**
 * Names, guards and key of one write. Throws `write-delete-disabled`, and `write-key-missing` for an upsert without a usable
 * external id field.
 */
export function createWritePreparer(
  source: WriteSource,
  object: ObjectSchema,
  write: { type: WriteType; externalIdField?: string | undefined; fromText?: boolean },
): WritePreparer {
  if (write.type === 'delete') assertMayDelete(source);
  const mappings = source.read ? writeMappings(source.read, source.readConfig) : [];
  const names = createWriteNames(object, mappings, source.readConfig?.selectedValueMappings ?? {});
  const { guards, unusable } = resolveGuards(names, source.config);
  const keyField = write.type === 'upsert' ? findKeyField(names, object, write.externalIdField) : undefined;
  const rules = {
    type: write.type,
    object,
    names,
    guards,
    keyField,
    removeUnknown: source.config?.removeUnmappedFields ?? false,
    fromText: write.fromText === true,
  };
  return {
    type: write.type,
    object,
    keyField,
    stampField: stampFields.find((name) => object.fields.some((field) => field.name === name)),
    warnings: unusable.map(
      (name) => `The write setting for "${name}" is not used: it leads to no field of ${object.name}.`,
    ),
    prepare: (item, index) => prepareRow(rules, item.record, index),
  };
}

const stampFields = ['SystemModstamp', 'LastModifiedDate', 'CreatedDate'];

/**
 * From a checked request to what goes to the org, or to everything that is wrong with its records (a 400: no call is made).
 * Pure. Throws like `createWritePreparer`.
 */
export function prepareWrite(
  request: WriteRequest,
  source: WriteSource,
  object: ObjectSchema,
): { prepared: PreparedWrite } | { diagnostics: Diagnostic[] } {
  const preparer = createWritePreparer(source, object, request);
  const { records } = request;
  const items = records.kind === 'record' ? [records.record] : records.batch;
  const rows: PreparedRow[] = [];
  const warnings = new Set(preparer.warnings);
  const diagnostics: Diagnostic[] = [];
  for (const [index, item] of items.entries()) {
    const result = preparer.prepare(item, index);
    if ('row' in result) {
      rows.push(result.row);
      for (const warning of result.warnings) warnings.add(warning);
      continue;
    }
    const at = records.kind === 'record' ? '$.record' : `$.batch[${index}].record`;
    for (const { code, message, hint, name } of result.problems) {
      diagnostics.push({
        code,
        severity: 'error',
        message,
        ...(hint === undefined ? {} : { hint }),
        path: name === undefined ? at : `${at}${keyPath(name)}`,
        docsUrl: `docs/errors.md#${code}`,
      });
    }
  }
  if (diagnostics.length > 0) return { diagnostics };
  return { prepared: assembleWrite(preparer, { ...request, rows, warnings: [...warnings] }) };
}

/** Prepared rows as one write. */
export function assembleWrite(
  { type, object, keyField, stampField }: WritePreparer,
  more: Pick<PreparedWrite, 'allOrNone' | 'headers' | 'rows' | 'warnings'>,
): PreparedWrite {
  const { allOrNone, headers, rows, warnings } = more;
  return {
    type,
    object: object.name,
    ...(keyField === undefined ? {} : { keyField }),
    ...keyMatch(object, keyField),
    ...(stampField === undefined ? {} : { stampField }),
    allOrNone,
    headers,
    rows,
    warnings,
  };
}

/** How the org compares the values of a key field. */
export function keyMatch(object: ObjectSchema, name: string | undefined): Pick<PreparedWrite, 'keyMatch'> {
  const field = name === undefined ? undefined : findField(object, name);
  if (!field) return {};
  if (['integer', 'number'].includes(columnKind(field.type))) return { keyMatch: 'number' };
  return field.caseSensitive ? { keyMatch: 'exact' } : {};
}

function assertMayDelete({ config, object, installation }: WriteSource): void {
  if (config?.deletionSettings?.enabled === true) return;
  throw new AmpError({
    code: 'write-delete-disabled',
    message: installation
      ? `The installation of ${installation.groupName || installation.groupRef} does not allow ${object.objectName} to be deleted.`
      : `Deletes need an installation that allows them for ${object.objectName}.`,
    hint: installation
      ? `Set write.objects.${object.objectName}.deletionSettings.enabled: amp installations update ${installation.id}.`
      : 'Name the customer with --group.',
  });
}

function keyPath(name: string): string {
  if (name.startsWith('$')) return name.slice(1);
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
