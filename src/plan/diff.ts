import type { Manifest } from '../manifest/manifest.ts';
import { canonicalManifest, stableJson } from './canonical.ts';
import { formatPath } from './path.ts';
import type { Change, ChangeKind, Json, JsonObject } from './plan.ts';
import { joinRenames } from './renames.ts';

/** Keys that hold things with a name of their own; every other key is a setting of the thing it stands in. */
const namedThings: Readonly<Record<string, ChangeKind>> = {
  read: 'read-object',
  subscribe: 'subscribe-object',
  write: 'write-object',
  fields: 'field',
  mappings: 'mapping',
};
const blocks: Readonly<Record<string, ChangeKind>> = { proxy: 'proxy', watchSchema: 'watch-schema' };

/** Settings first, then the blocks in the order people write them. */
const keyOrder = ['read', 'subscribe', 'write', 'proxy', 'watchSchema', 'fields', 'mappings'];

/**
 * What turns `before` into `after`, in an order that depends on names alone. Impacts are empty: plan/impact.ts fills them
 * in. `before` undefined = nothing is deployed.
 */
export function diffManifests(before: Manifest | undefined, after: Manifest): Change[] {
  const changes = diffNamed('integration', [], before ? canonicalManifest(before) : {}, canonicalManifest(after));
  return joinRenames(changes);
}

function diffNamed(kind: ChangeKind, at: string[], before: JsonObject, after: JsonObject): Change[] {
  return unionKeys(before, after).flatMap((name) =>
    diffThing(kind, [...at, name], own(before, name), own(after, name)),
  );
}

function diffThing(kind: ChangeKind, at: string[], before: Json | undefined, after: Json | undefined): Change[] {
  if (before === undefined) return [change('create', kind, at, undefined, after)];
  if (after === undefined) return [change('delete', kind, at, before, undefined)];
  const [old, now] = [before as JsonObject, after as JsonObject];
  return unionKeys(old, now).flatMap((key) => {
    const inner = [...at, key];
    const named = namedThings[key];
    if (named) return diffNamed(named, inner, (old[key] ?? {}) as JsonObject, (now[key] ?? {}) as JsonObject);
    const block = blocks[key];
    if (block) return diffThing(block, inner, old[key], now[key]);
    return sameValue(old[key], now[key]) ? [] : [change('update', kind, inner, old[key], now[key])];
  });
}

function change(
  action: Change['action'],
  kind: ChangeKind,
  at: string[],
  before: Json | undefined,
  after: Json | undefined,
): Change {
  return {
    action,
    kind,
    integration: at[0]!,
    path: formatPath(at),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    impact: [],
  };
}

function unionKeys(before: JsonObject, after: JsonObject): string[] {
  const rank = (key: string) => keyOrder.indexOf(key);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(
    (a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0),
  );
}

/** A thing may be called `__proto__`. */
function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function sameValue(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return stableJson(a) === stableJson(b);
}
