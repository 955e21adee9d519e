import type { FieldDefinition, FieldOptions } from './field.ts';
import { checkbox, date, datetime, decimal, field, lookup, picklist, readOnly, text } from './field.ts';

const geocodeAccuracies = 'Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown';

export const id = (label: string): FieldDefinition =>
  field('id', 'Id', label, { ...readOnly, idLookup: true, indexed: true });

export const isDeleted = (): FieldDefinition => checkbox('IsDeleted', 'Deleted', readOnly);

/** Street to accuracy and the compound itself; `prefix` is `Mailing`, `Billing` or empty. */
export function address(prefix: string): FieldDefinition[] {
  const compoundFieldName = `${prefix}Address`;
  const label = (part: string) => (prefix ? `${prefix} ${part}` : part);
  const part: FieldOptions = { compoundFieldName };
  return [
    field('textarea', `${prefix}Street`, label('Street'), part),
    text(`${prefix}City`, label('City'), 40, part),
    text(`${prefix}State`, label('State/Province'), 80, part),
    text(`${prefix}PostalCode`, label('Zip/Postal Code'), 20, part),
    text(`${prefix}Country`, label('Country'), 80, part),
    decimal(`${prefix}Latitude`, label('Latitude'), 18, 15, part),
    decimal(`${prefix}Longitude`, label('Longitude'), 18, 15, part),
    picklist(`${prefix}GeocodeAccuracy`, label('Geocode Accuracy'), geocodeAccuracies, {
      ...part,
      restrictedPicklist: true,
    }),
    field('address', compoundFieldName, label('Address')),
  ];
}

/** Last, first, salutation and the composed Name of people. */
export function personName(): FieldDefinition[] {
  const part: FieldOptions = { compoundFieldName: 'Name', extraTypeInfo: 'personname', permissionable: false };
  return [
    text('LastName', 'Last Name', 80, { ...part, nillable: false }),
    text('FirstName', 'First Name', 40, part),
    picklist('Salutation', 'Salutation', 'Mr.|Ms.|Mrs.|Dr.|Prof.|Mx.', part),
    text('Name', 'Full Name', 121, {
      ...readOnly,
      nameField: true,
      nillable: false,
      extraTypeInfo: 'personname',
    }),
  ];
}

export function owner(to = 'User', label = 'Owner ID'): FieldDefinition {
  return lookup('OwnerId', label, to, 'Owner', null, {
    nillable: false,
    defaultedOnCreate: true,
    permissionable: false,
  });
}

/** Who and when, and the stamp that increments follow. */
export function auditFields(): FieldDefinition[] {
  const system: FieldOptions = { ...readOnly, nillable: false, defaultedOnCreate: true };
  return [
    datetime('CreatedDate', 'Created Date', system),
    lookup('CreatedById', 'Created By ID', 'User', 'CreatedBy', null, system),
    datetime('LastModifiedDate', 'Last Modified Date', system),
    lookup('LastModifiedById', 'Last Modified By ID', 'User', 'LastModifiedBy', null, system),
    datetime('SystemModstamp', 'System Modstamp', { ...system, indexed: true }),
  ];
}

export const lastActivity = (): FieldDefinition => date('LastActivityDate', 'Last Activity', readOnly);

export const viewed = (): FieldDefinition[] => [
  datetime('LastViewedDate', 'Last Viewed Date', readOnly),
  datetime('LastReferencedDate', 'Last Referenced Date', readOnly),
];

export const cleanStatus = (): FieldDefinition =>
  picklist(
    'CleanStatus',
    'Clean Status',
    'Matched|Different|Acknowledged|NotFound|Inactive|Pending|SelectMatch|Skipped',
    { restrictedPicklist: true },
  );
