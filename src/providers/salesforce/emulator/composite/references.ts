import { SalesforceFault } from '../org.ts';

/** Results of earlier parts by their referenceId; undefined for parts that failed. */
export type Results = ReadonlyMap<string, unknown>;

const reference = /@\{([A-Za-z0-9][A-Za-z0-9_]*)((?:\.[A-Za-z0-9_]+|\[\d+\])+)\}/g;

/** The parts this value refers to. */
export function referencedParts(value: unknown): string[] {
  const text = JSON.stringify(value) ?? '';
  return [...text.matchAll(reference)].map(([, name]) => name!);
}

/** Replaces `@{ref.path[0].Id}` in every text of `value`. Throws PROCESSING_HALTED when a reference leads nowhere. */
export function resolveReferences<Value>(value: Value, results: Results): Value {
  if (typeof value === 'string') return resolveText(value, results) as Value;
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, results)) as Value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, resolveReferences(item, results)]),
  ) as Value;
}

function resolveText(text: string, results: Results): string {
  return text.replace(reference, (_whole, name: string, path: string) => {
    let found: unknown = results.get(name);
    for (const [, property, index] of path.matchAll(/\.([A-Za-z0-9_]+)|\[(\d+)\]/g)) {
      found = (found as Record<string, unknown> | null | undefined)?.[property ?? index!];
    }
    if (found !== undefined && found !== null && typeof found !== 'object') return String(found);
    const message = `Invalid reference specified. No value for ${name}${path} found in ${name}`;
    throw new SalesforceFault(400, 'PROCESSING_HALTED', message);
  });
}
