/**
 * Which updates a subscription delivers. A watch name is first a mapped name of the read object (through this
 * installation's mapping), else a field of the org; case never matters. Change events name parts of compounds with a dot,
 * watch lists by the field that REST knows.
 */
export type WatchFilter =
  | { kind: 'all' }
  | {
      kind: 'fields' /** Lower-case org fields. */;
      fields: ReadonlySet<string> /** Watch names that no mapping gives a source. */;
      unmapped: string[];
    };

export interface WatchInput {
  watch: 'all' | 'selected' | readonly string[];
  /** mapToName → the org fields behind it; `undefined` for one the customer left unmapped. */
  mappings: ReadonlyMap<string, readonly string[] | undefined>;
  /** Org fields the installation reads, mapping sources included. */
  selectedFields: readonly string[];
}

/** Resolves a subscribe object's `updateEvent` for one installation. */
export function resolveWatch({ watch, mappings, selectedFields }: WatchInput): WatchFilter {
  if (watch === 'all') return { kind: 'all' };
  if (watch === 'selected')
    return { kind: 'fields', fields: new Set(selectedFields.map(flattenField).map(lower)), unmapped: [] };
  const sources = new Map([...mappings].map(([name, source]) => [lower(name), source]));
  const fields = new Set<string>();
  const unmapped: string[] = [];
  for (const name of watch) {
    const key = lower(name);
    const behind = sources.has(key) ? sources.get(key) : [name];
    if (behind === undefined) unmapped.push(name);
    else for (const field of behind) fields.add(lower(flattenField(field)));
  }
  return { kind: 'fields', fields, unmapped };
}

/** True when the update concerns the subscription: one watched field is enough, and a compound is watched with all its parts. */
export function matchesWatch(filter: WatchFilter, changedFields: readonly string[]): boolean {
  if (filter.kind === 'all') return true;
  return changedFields.some(
    (name) => filter.fields.has(lower(flattenField(name))) || filter.fields.has(lower(name.split('.')[0]!)),
  );
}

/**
 * `MailingAddress.City` → `MailingCity`, `Address.Street` → `Street`, `Name.LastName` → `LastName`. Only the first dot
 * counts; names without one are themselves.
 */
export function flattenField(name: string): string {
  const dot = name.indexOf('.');
  if (dot < 0) return name;
  const owner = name.slice(0, dot);
  const part = name.slice(dot + 1);
  return owner.endsWith('Address') ? owner.slice(0, -'Address'.length) + part : part;
}

function lower(text: string): string {
  return text.toLowerCase();
}
