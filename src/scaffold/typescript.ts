/** Pieces of TypeScript text. Names come from manifests and orgs, so nothing is written without being quoted or cleaned. */

/** A string literal in single quotes. */
export function literal(text: string): string {
  const json = JSON.stringify(text).slice(1, -1);
  return `'${json.replaceAll('\\"', '"').replaceAll("'", "\\'").replaceAll('*/', '*\\/').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** A property name, quoted when it is no identifier. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** Makes `CrmSyncAccount` of `crmSync` and `account`, with a number when the name is taken. */
export function uniqueTypeNames(): (...words: string[]) => string {
  // The shared types' names are taken from the start.
  const taken = new Set(['AmpMessage', 'AnyFields', 'Envelope', 'ReadMessage', 'SubscribeMessage', 'SchemaMessage']);
  return (...words) => {
    const base = words.map(pascalCase).join('') || 'Unnamed';
    const name = /^[A-Za-z_]/.test(base) ? base : `_${base}`;
    let unique = name;
    // Suffixes are part of other names (AccountRead), so whole families are kept apart.
    for (let number = 2; taken.has(unique); number += 1) unique = `${name}${number}`;
    for (const suffix of ['', 'Read', 'Event', 'Fields', 'MappedFields']) taken.add(`${unique}${suffix}`);
    return unique;
  };
}

function pascalCase(word: string): string {
  return word
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .map((part) => part[0]!.toUpperCase() + part.slice(1))
    .join('');
}
