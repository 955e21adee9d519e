import { quoteName } from '../schema/columns.ts';
import type { TableNode } from './scope.ts';

/** Rows in the bin and archived activities are hidden unless asked for. */
export function deletedFilter(node: TableNode): string {
  if (node.root.compilation.includeDeleted) return '';
  const hidden = node.object.fields.filter((field) => field.name === 'IsDeleted' || field.name === 'IsArchived');
  const activity = node.object.name === 'Task' || node.object.name === 'Event';
  return hidden
    .filter((field) => field.name === 'IsDeleted' || activity)
    .map((field) => `${node.alias}.${quoteName(field.name)} = 0`)
    .join(' AND ');
}
