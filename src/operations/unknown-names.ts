import { suggest } from '../manifest/suggest.ts';
import type { Database } from '../store/database.ts';

/**
 * One sentence for each filter that names what this project has never had an operation of, with the nearest name or those there
 * are: an empty list alone reads as if all were quiet.
 */
export function unknownNames(db: Database, filter: { objects?: readonly string[]; groupRef?: string }): string[] {
  const { objects = [], groupRef } = filter;
  return [
    ...objects.flatMap((name) => hint(db, 'object', name)),
    ...(groupRef === undefined ? [] : hint(db, 'group', groupRef)),
  ];
}

function hint(db: Database, kind: keyof typeof queries, name: string): string[] {
  const { known, all } = queries[kind];
  if (db.prepare(`SELECT ${known} AS known`).get<{ known: number }>(name)?.known === 1) return [];
  const names = db
    .prepare(all)
    .all<{ name: string }>()
    .map((row) => row.name);
  if (names.length === 0) return [];
  const near = suggest(name, names);
  if (near !== undefined) return [`No operation is of ${kind} "${name}"; did you mean "${near}"?`];
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return [`No operation is of ${kind} "${name}"; there are ${names.slice(0, 5).join(', ')}${more}.`];
}

const queries = {
  object: {
    known:
      'EXISTS (SELECT 1 FROM operations WHERE object = ?1) OR EXISTS (SELECT 1 FROM log_streams WHERE object = ?1 COLLATE NOCASE)',
    all: "SELECT DISTINCT object AS name FROM outcomes WHERE object <> '' ORDER BY 1",
  },
  group: {
    known:
      'EXISTS (SELECT 1 FROM operations WHERE group_ref = ?1) OR EXISTS (SELECT 1 FROM installations WHERE group_ref = ?1)',
    all: "SELECT group_ref AS name FROM installations UNION SELECT group_ref FROM outcomes WHERE group_ref <> '' ORDER BY 1",
  },
};
