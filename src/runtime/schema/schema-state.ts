import { AmpError } from '../../errors/amp-error.ts';
import { type FieldMetadata, toFieldMetadata } from '../../providers/salesforce/describe/field-metadata.ts';
import { findField, type ObjectSchema } from '../../providers/salesforce/describe/object-schema.ts';

/** A field as it is remembered: what messages say of it, and what paths need. */
export interface SchemaField extends FieldMetadata {
  /** The org's spelling. */
  name: string;
  /** `Owner` for OwnerId. */
  relationshipName?: string;
}

/** Every field of an object that its user can see, by name. */
export type SchemaState = readonly SchemaField[];

/** Throws `salesforce-answer-damaged` for a describe that cannot be whole: it must never pass for a mass deletion. */
export function toSchemaState(object: ObjectSchema): SchemaState {
  if (!findField(object, 'Id')) {
    throw new AmpError({
      code: 'salesforce-answer-damaged',
      message: `The describe of ${object.name} has no Id field, so it is not all of it.`,
    });
  }
  return object.fields
    .map((field) => ({
      ...toFieldMetadata(field),
      name: field.name,
      ...(field.relationshipName !== null && { relationshipName: field.relationshipName }),
    }))
    .sort((a, b) => (a.fieldName < b.fieldName ? -1 : 1));
}

/** What messages and metadata calls say of it. */
export function toMetadata({ name: _name, relationshipName: _relationship, ...metadata }: SchemaField): FieldMetadata {
  return metadata;
}
