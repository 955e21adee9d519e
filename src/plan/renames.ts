import { stableJson } from './canonical.ts';
import { parsePath } from './path.ts';
import type { Change, JsonObject } from './plan.ts';

/**
 * Joins a deletion and a creation into one update where they can only be one thing under a new name: exactly one candidate
 * on each side. Integrations match by equal content; fields and mappings of one object by source, or by prompt and default.
 */
export function joinRenames(changes: readonly Change[]): Change[] {
  const renames = new Map<Change, Change>();
  for (const group of groupBy(changes, renameKey).values()) {
    const gone = group.filter((change) => change.action === 'delete');
    const made = group.filter((change) => change.action === 'create');
    if (gone.length === 1 && made.length === 1) renames.set(made[0]!, gone[0]!);
  }
  const joined = new Set(renames.values());
  return changes
    .filter((change) => !joined.has(change))
    .map((change) => {
      const old = renames.get(change);
      if (!old) return change;
      return {
        action: 'update',
        kind: change.kind,
        integration: change.integration,
        path: change.path,
        from: old.path,
        before: old.before!,
        after: change.after!,
        impact: [],
      };
    });
}

/** What stays the same in a rename; undefined = never renamed. */
function renameKey(change: Change): string | undefined {
  if (change.action === 'update') return undefined;
  const thing = (change.before ?? change.after) as JsonObject;
  if (change.kind === 'integration') {
    const { displayName: _, ...content } = thing;
    return `integration ${stableJson(content)}`;
  }
  if (change.kind !== 'field' && change.kind !== 'mapping') return undefined;
  const names = parsePath(change.path);
  const object = JSON.stringify(names.slice(0, -2));
  if (change.kind === 'field') return `source ${object} ${names.at(-1)}`;
  if (thing.source !== undefined) return `source ${object} ${thing.source}`;
  if (thing.prompt === undefined && thing.default === undefined) return undefined;
  return `choice ${object} ${stableJson([thing.prompt ?? null, thing.default ?? null])}`;
}

function groupBy(changes: readonly Change[], keyOf: (change: Change) => string | undefined): Map<string, Change[]> {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const key = keyOf(change);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return groups;
}
