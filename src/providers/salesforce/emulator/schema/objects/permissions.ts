import { checkbox, lookup, picklist, text } from '../field.ts';
import { auditFields, id } from '../field-groups.ts';
import { defineObject } from '../object.ts';

const setup = {
  feedEnabled: false,
  undeletable: false,
  searchable: false,
  searchLayoutable: false,
  layoutable: false,
  triggerable: false,
  mruEnabled: false,
  scopes: [],
} as const;

export const permissionSet = defineObject(
  { name: 'PermissionSet', label: 'Permission Set', labelPlural: 'Permission Sets', keyPrefix: '0PS' },
  { ...setup, uniqueTogether: ['Name'] },
  [
    id('Permission Set ID'),
    text('Name', 'Permission Set Name', 80, { nillable: false, nameField: true, permissionable: false }),
    text('Label', 'Permission Set Label', 80, { nillable: false, permissionable: false }),
    text('Description', 'Description', 255, { permissionable: false }),
    checkbox('IsOwnedByProfile', 'Is Owned By Profile', { createable: false, updateable: false }),
    checkbox('IsCustom', 'Is Custom', { createable: false, updateable: false, defaultValue: true }),
    text('NamespacePrefix', 'Namespace Prefix', 15, { createable: false, updateable: false }),
    ...auditFields(),
  ],
);

export const permissionSetAssignment = defineObject(
  {
    name: 'PermissionSetAssignment',
    label: 'Permission Set Assignment',
    labelPlural: 'Permission Set Assignments',
    keyPrefix: '0Pa',
  },
  { ...setup, updateable: false, uniqueTogether: ['AssigneeId', 'PermissionSetId'] },
  [
    id('PermissionSetAssignment ID'),
    lookup('PermissionSetId', 'Permission Set', 'PermissionSet', 'PermissionSet', 'Assignments', {
      nillable: false,
      updateable: false,
      permissionable: false,
    }),
    lookup('AssigneeId', 'Assignee', 'User', 'Assignee', 'PermissionSetAssignments', {
      nillable: false,
      updateable: false,
      permissionable: false,
    }),
    ...auditFields().filter(({ name }) => name === 'SystemModstamp'),
  ],
);

export const fieldPermissions = defineObject(
  { name: 'FieldPermissions', label: 'Field Permissions', labelPlural: 'Field Permissions', keyPrefix: '01k' },
  { ...setup, uniqueTogether: ['ParentId', 'Field'] },
  [
    id('Field Permissions ID'),
    lookup('ParentId', 'Parent', 'PermissionSet', 'Parent', 'FieldPerms', {
      nillable: false,
      updateable: false,
      permissionable: false,
    }),
    picklist('SobjectType', 'Sobject Type Name', '', { nillable: false, updateable: false, permissionable: false }),
    text('Field', 'Field Name', 255, { nillable: false, updateable: false, permissionable: false }),
    checkbox('PermissionsEdit', 'Edit Field', { permissionable: false }),
    checkbox('PermissionsRead', 'Read Field', { permissionable: false }),
    ...auditFields().filter(({ name }) => name === 'SystemModstamp'),
  ],
);
