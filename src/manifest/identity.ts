/**
 * When two names mean one thing. Salesforce takes object and field names in any case; other providers take them literally.
 * `$['a']` and `a` are the same field everywhere.
 */

/** One spelling of an object name, to compare and to key maps with. */
export function objectKey(provider: string, objectName: string): string {
  return foldsCase(provider) ? objectName.toLowerCase() : objectName;
}

/** One spelling of a source field: a plain name or a path. */
export function fieldKey(provider: string, fieldName: string): string {
  const name = mappedKey(fieldName);
  return foldsCase(provider) ? name.toLowerCase() : name;
}

/** One spelling of a mapped name; its case is part of the payload. */
export function mappedKey(mapToName: string): string {
  // Nearly every name is a plain one, and a file of records asks for each of its names.
  if (!mapToName.includes('[')) return mapToName;
  const single = /^\$\[(['"])((?:(?!\1)[^\\])*)\1\]$/.exec(mapToName);
  return single ? single[2]! : mapToName.replaceAll('["', "['").replaceAll('"]', "']");
}

/** The item called `objectName`, in whatever case the provider allows. */
export function findObject<Item extends { objectName: string }>(
  provider: string,
  items: readonly Item[] | undefined,
  objectName: string,
): Item | undefined {
  const key = objectKey(provider, objectName);
  return items?.find((item) => objectKey(provider, item.objectName) === key);
}

function foldsCase(provider: string): boolean {
  return provider === 'salesforce' || provider === 'salesforceJWT';
}
