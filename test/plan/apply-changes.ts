import type { CanonicalManifest } from '../../src/plan/canonical.ts';
import { parsePath } from '../../src/plan/path.ts';
import type { Change, Json, JsonObject } from '../../src/plan/plan.ts';

/** The canonical manifest after `changes`: `applyChanges(a, diff(a, b))` is b. Shows that a plan says everything. */
export function applyChanges(manifest: CanonicalManifest, changes: readonly Change[]): CanonicalManifest {
  let result: JsonObject = manifest;
  // Old names go first: a rename may take a name that another thing leaves.
  for (const change of changes) if (change.from) result = withValue(result, parsePath(change.from), undefined);
  for (const change of changes) result = withValue(result, parsePath(change.path), change.after);
  return result as CanonicalManifest;
}

/** A copy with `value` at `names`; undefined removes it, and with it a block of names that is then empty. */
function withValue(object: JsonObject, names: string[], value: Json | undefined): JsonObject {
  const [name, ...rest] = names as [string, ...string[]];
  const entries = new Map(Object.entries(object));
  const next = rest.length === 0 ? value : withValue((entries.get(name) ?? {}) as JsonObject, rest, value);
  const emptied = rest.length > 0 && next !== undefined && Object.keys(next as JsonObject).length === 0;
  if (next === undefined || emptied) entries.delete(name);
  else entries.set(name, next);
  return Object.fromEntries(entries);
}
