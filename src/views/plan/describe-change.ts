import type { Change, Json, JsonObject } from '../../plan/plan.ts';

/** Before → after, the old name of a renamed thing, or what a new or removed thing is. */
export function describeChange(change: Change): string {
  if (change.from !== undefined) return `was ${lastName(change.from)}`;
  if (change.action === 'update') return `${sayValue(change.before)} → ${sayValue(change.after)}`;
  return describeThing(change, (change.after ?? change.before) as JsonObject);
}

/** The parts of a new or removed object or integration, one line each: `fields  id, name`. */
export function describeParts(change: Change): { label: string; text: string }[] {
  if (change.action === 'update') return [];
  const thing = (change.after ?? change.before) as JsonObject;
  if (change.kind === 'integration') {
    return ['read', 'subscribe', 'write'].flatMap((action) =>
      Object.entries((thing[action] ?? {}) as JsonObject).flatMap(([, object]) => [
        { label: action, text: sayObject(action, object as JsonObject) },
        ...fieldParts(object as JsonObject),
      ]),
    );
  }
  return change.kind === 'read-object' ? fieldParts(thing) : [];
}

export function sayValue(value: Json | undefined): string {
  if (value === undefined) return 'none';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(sayValue).join(', ');
  if (value && typeof value === 'object') {
    if (value.fullHistory === true) return 'everything';
    if (typeof value.days === 'number') return value.days === 1 ? '1 day' : `${value.days} days`;
    return Object.entries(value)
      .map(([key, part]) => `${key} ${sayValue(part)}`)
      .join(', ');
  }
  return String(value);
}

/** `crm.read.lead.mappings["a.b"]` → `a.b`. */
function lastName(path: string): string {
  const quoted = /\[("(?:[^"\\]|\\.)*")\]$/.exec(path);
  return quoted ? (JSON.parse(quoted[1]!) as string) : path.slice(path.lastIndexOf('.') + 1);
}

function describeThing(change: Change, thing: JsonObject): string {
  switch (change.kind) {
    case 'integration':
      return [thing.provider, thing.module, thing.proxy && 'proxy', thing.watchSchema && 'schema watch']
        .filter(Boolean)
        .join(', ');
    case 'read-object':
      return sayRead(thing);
    case 'subscribe-object':
      return sayEvents(thing);
    case 'write-object':
      return thing.inheritMapping ? 'with the read mapping' : 'with provider names';
    case 'field':
      return thing.required ? 'required' : 'optional';
    case 'mapping':
      return sayMapping(thing);
    case 'proxy':
      return thing.useModule ? 'on, from the module' : 'on';
    case 'watch-schema':
      return `→ ${sayValue(thing.destination)}`;
  }
}

function sayObject(action: string, object: JsonObject): string {
  const about = action === 'read' ? sayRead(object) : action === 'subscribe' ? sayEvents(object) : '';
  return about ? `${sayValue(object.objectName)}  ${about}` : sayValue(object.objectName);
}

function sayRead(object: JsonObject): string {
  const parts = [object.schedule ? sayValue(object.schedule) : 'no schedule'];
  if (object.backfill) parts.push(`backfill ${sayValue(object.backfill)}`);
  if (object.mapToName) parts.push(`as ${sayValue(object.mapToName)}`);
  return `${parts.join(', ')}${object.destination ? ` → ${sayValue(object.destination)}` : ''}`;
}

function sayEvents(object: JsonObject): string {
  const events = ['create', 'update', 'delete'].filter((event) => object[`${event}Event`] !== undefined);
  const other = (object.otherEvents ?? []) as string[];
  return `${[...events, ...other].join(', ') || 'no events'} → ${sayValue(object.destination)}`;
}

function sayMapping(mapping: JsonObject): string {
  const need = mapping.required ? 'required' : 'optional';
  if (mapping.source !== undefined) return `from ${sayValue(mapping.source)}, ${need}`;
  return `customer's choice${mapping.default === undefined ? '' : `, default ${sayValue(mapping.default)}`}, ${need}`;
}

function fieldParts(object: JsonObject): { label: string; text: string }[] {
  const fields = Object.entries((object.fields ?? {}) as JsonObject);
  const mappings = Object.entries((object.mappings ?? {}) as JsonObject);
  const names = fields.map(([name, field]) => ((field as JsonObject).required ? name : `${name}?`));
  const parts: { label: string; text: string }[] = [];
  if (names.length > 0) parts.push({ label: '  fields', text: names.join(', ') });
  for (const [name, mapping] of mappings) {
    parts.push({ label: '  mapping', text: `${name}  ${sayMapping(mapping as JsonObject)}` });
  }
  return parts;
}
