/** Compound fields by their names: their parts are fields of the record itself, not of another one. */
const compound = /(?:Address|^Name|__c|__s)$/i;

/** The field behind a relationship: `Owner` → `OwnerId`, `Parent__r` → `Parent__c`. Undefined for compound fields. */
export function referenceField(first: string): string | undefined {
  if (compound.test(first) || /^attributes$/i.test(first) || !/^[A-Za-z]\w*$/.test(first)) return undefined;
  return /__r$/i.test(first) ? first.replace(/__r$/i, '__c') : `${first}Id`;
}

/**
 * The one field of the record whose change a path follows: `BillingAddress.City` changes as `BillingCity`, `Name.LastName`
 * as `LastName`, and of a related record only the reference to it changes. Undefined for what is no path of Salesforce.
 */
export function watchableField(segments: readonly string[]): string | undefined {
  const [first, part, ...more] = segments;
  if (first === undefined || segments.some((segment) => !/^\w+$/.test(segment))) return undefined;
  if (part === undefined) return first;
  const reference = referenceField(first);
  if (reference !== undefined || more.length > 0) return reference;
  const prefix = /^(\w*)Address$/i.exec(first);
  return prefix ? `${prefix[1]}${part[0]!.toUpperCase()}${part.slice(1)}` : part;
}
