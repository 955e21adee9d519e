import { componentKey, componentsOf } from '../../mapping/object-shape.ts';
import { type FieldMetadata, toFieldMetadata, valueTypes } from '../../providers/salesforce/describe/field-metadata.ts';
import type { FieldSchema, ObjectSchema } from '../../providers/salesforce/describe/object-schema.ts';
import { described, flag, listOf, mapOf, named, record, text } from '../schema/schema.ts';

const fieldMetadataSchema = named(
  'FieldMetadata',
  record(
    {
      fieldName: described(text(), "Lower case; a part of a compound is also `$['billingaddress']['city']`."),
      displayName: text(),
      valueType: text({ choices: valueTypes }),
      providerType: text(),
      readOnly: flag,
      isCustom: flag,
      isRequired: flag,
    },
    {
      referenceTo: listOf(text()),
      values: listOf(record({ value: text(), displayValue: text() })),
      description: text(),
    },
  ),
);

export const objectMetadataSchema = named(
  'ObjectMetadata',
  record({ name: text(), displayName: text(), fields: mapOf(fieldMetadataSchema) }, { mappedObjectName: text() }),
);

export const customFieldsAnswerSchema = named(
  'CustomFieldsAnswer',
  record({
    success: flag,
    fields: mapOf(
      mapOf(
        record(
          { fieldName: text(), action: text({ choices: ['create', 'update', 'none'] }), warnings: listOf(text()) },
          {},
          { open: true },
        ),
      ),
    ),
  }),
);

/** Every field by name, and the parts of compounds (addresses, names, places) once more by their path. */
export function toObjectMetadata(
  object: ObjectSchema,
  options: { excludeReadOnly?: boolean; mappedObjectName?: string | undefined },
) {
  const all = object.fields.flatMap((field) => [toFieldMetadata(field), ...partsOf(object, field)]);
  const shown = options.excludeReadOnly ? all.filter(({ readOnly }) => !readOnly) : all;
  return {
    name: object.name,
    displayName: object.label,
    ...(options.mappedObjectName === undefined ? {} : { mappedObjectName: options.mappedObjectName }),
    fields: Object.fromEntries(shown.map((field) => [field.fieldName, field])),
  };
}

function partsOf(object: ObjectSchema, compound: FieldSchema): FieldMetadata[] {
  return (componentsOf(object, compound) as FieldSchema[]).map((part) => ({
    ...toFieldMetadata(part),
    fieldName: `$['${compound.name.toLowerCase()}']['${componentKey(compound, part).toLowerCase()}']`,
  }));
}
