import { chosenSource, ownChoice } from '../../installations/choices.ts';
import { fieldKey, findObject, mappedKey } from '../../manifest/identity.ts';
import type { FieldEntry } from '../../manifest/manifest.ts';
import { parsePath } from '../path.ts';
import type { Impact, Json, JsonObject } from '../plan.ts';
import { type ChangeInWorld, type ImpactRule, impact, ownReadConfig, readersOf } from './impact-rule.ts';

/** Fields and mappings: names in the payload, where values come from, who has to choose. */
export const fieldImpact: ImpactRule = (at) => {
  if (at.change.kind !== 'field' && at.change.kind !== 'mapping') return [];
  const thing = (side: 'before' | 'after') => at.change[side] as JsonObject;
  if (at.change.from !== undefined) return renamed(at, thing('before'), thing('after'));
  if (at.change.action === 'create') return created(at, thing('after'));
  if (at.change.action === 'delete') return deleted(at, thing('before'));
  return settings[at.setting ?? '']?.(at) ?? [];
};

const settings: Record<string, (at: ChangeInWorld) => Impact[]> = {
  label: () => [impact('safe', 'A label; no data changes.')],
  prompt: () => [impact('safe', 'A question for customers to come; no data changes.')],
  default: (at) => {
    const followers = readersOf(at).filter((one) => ownChoice(at.names[4]!, ownReadConfig(at, one)) === undefined);
    if (at.change.after === undefined) {
      // The change of its source, beside this one, says what becomes of the value.
      if (mappingNow(at)?.source !== undefined) return [impact('safe', 'The source is fixed now: nobody chooses.')];
      return missing(at, followers, followers);
    }
    return [impact('notice', `Where nothing else was chosen the value comes from ${at.change.after}.`, followers)];
  },
  source: (at) => {
    const kind = (value: Json | undefined) => (value === undefined ? "the customer's choice" : String(value));
    if (at.change.after === undefined) return leftToCustomers(at, String(at.change.before));
    return [
      impact(
        'notice',
        `The value comes from ${kind(at.change.after)} instead of ${kind(at.change.before)}.`,
        readersOf(at),
      ),
    ];
  },
  required: (at) => {
    if (at.change.after === true) {
      if (at.change.kind === 'field') return [impact('safe', 'Now in every message.', unpicked(at))];
      return missing(at, withoutSource(at), unpicked(at));
    }
    return [impact('breaking', 'No longer in the messages of those who did not pick it.', unpicked(at))];
  },
};

/** A fixed source becomes the customer's choice. */
function leftToCustomers(at: ChangeInWorld, before: string): Impact[] {
  const without = withoutSource(at);
  const served = readersOf(at).filter((one) => !without.includes(one));
  const now = mappingNow(at)?.default;
  if (served.length === 0 && now !== undefined)
    return [impact('notice', `Where nothing is chosen the value comes from ${now} instead of ${before}.`)];
  const lost = without.length > 0 || served.length === 0 ? missing(at, without, without) : [];
  if (served.length === 0) return lost;
  if (now === undefined)
    return [...lost, impact('notice', `The value comes from their choice instead of ${before}.`, served)];
  const choosers = served.filter((one) => ownChoice(at.names[4]!, ownReadConfig(at, one)) !== undefined);
  const followers = served.filter((one) => !choosers.includes(one));
  return [
    ...lost,
    ...(choosers.length > 0
      ? [impact('notice', `The value comes from their choice instead of ${before}.`, choosers)]
      : []),
    ...(followers.length > 0
      ? [
          now === before
            ? impact('safe', 'Customers may choose another source; nothing changes for now.', followers)
            : impact('notice', `The value comes from ${now} instead of ${before}.`, followers),
        ]
      : []),
  ];
}

function created(at: ChangeInWorld, field: JsonObject): Impact[] {
  const readers = readersOf(at);
  if (at.change.kind === 'field' || field.source !== undefined) {
    if (field.required !== true) return [impact('safe', 'Customers may pick it.')];
    return [impact('safe', 'In the messages from the next run.', readers)];
  }
  if (field.required !== true) return [impact('safe', 'Customers may map it.')];
  return missing(at, withoutSource(at), readers);
}

/** Who must choose before the revision reaches them; the rest gets the mapping at once. */
function missing(
  at: ChangeInWorld,
  without: ReturnType<typeof readersOf>,
  all: ReturnType<typeof readersOf>,
): Impact[] {
  const mapping = mappingNow(at);
  if (mapping?.required !== true) return [impact('notice', 'Left out until somebody maps it.', without)];
  const name = at.names[4]!;
  const affected = without.filter((one) => {
    const source = mapping.source ?? mapping.default;
    return source === undefined && ownChoice(name, ownReadConfig(at, one)) === undefined;
  });
  const served = all.filter((one) => !affected.includes(one));
  const impacts: Impact[] = [];
  if (affected.length > 0 || all.length === 0) {
    impacts.push(
      impact(
        'breaking',
        `Required and without a default: a field must be chosen for ${name}. Until then the old fields keep running.`,
        affected,
      ),
    );
  }
  if (served.length > 0) {
    const from = mapping.default === undefined ? '' : `, from ${mapping.default} unless they chose otherwise`;
    impacts.push(impact('safe', `In the messages from the next run${from}.`, served));
  }
  return impacts;
}

function deleted(at: ChangeInWorld, field: JsonObject): Impact[] {
  const readers = readersOf(at);
  const receiving = field.required === true ? readers : readers.filter((one) => picks(at, one, field));
  const name = at.names[4]!;
  const { choosers, others } = byOwnChoice(at, receiving, name);
  const leaves = `${name} leaves the messages${isWritten(at) ? ', and writes no longer know it' : ''}.`;
  if (choosers.length === 0) return [impact('breaking', leaves, receiving)];
  return [
    ...(others.length > 0 ? [impact('breaking', leaves, others)] : []),
    impact('notice', `${name} stays in their messages: they chose a source for it themselves.`, choosers),
  ];
}

/** Whether a mapped name is one that writes use, too. */
function isWritten(at: ChangeInWorld): boolean {
  if (at.change.kind !== 'mapping') return false;
  return findObject(at.after?.provider ?? '', at.after?.write?.objects, at.objectName ?? '')?.inheritMapping === true;
}

/** A choice outlives the mapping it was made for: from then on it is a mapping of the customer's own. */
function byOwnChoice(at: ChangeInWorld, readers: ReturnType<typeof readersOf>, name: string) {
  const choosers =
    at.change.kind === 'mapping' ? readers.filter((one) => ownChoice(name, ownReadConfig(at, one)) !== undefined) : [];
  return { choosers, others: readers.filter((one) => !choosers.includes(one)) };
}

function renamed(at: ChangeInWorld, before: JsonObject, after: JsonObject): Impact[] {
  const old = parsePath(at.change.from!)[4]!;
  const readers = readersOf(at);
  const receiving = before.required === true ? readers : readers.filter((one) => picks(at, one, before, old));
  const { choosers, others } = byOwnChoice(at, receiving, old);
  const what = isWritten(at) ? 'Messages and writes' : 'Messages';
  const impacts: Impact[] = [];
  if (others.length > 0 || choosers.length === 0)
    impacts.push(impact('breaking', `${what} say ${at.names[4]} instead of ${old}.`, others));
  if (choosers.length > 0)
    impacts.push(
      impact(
        'notice',
        `${what} say ${at.names[4]}, too; ${old} stays: they chose a source for it themselves.`,
        choosers,
      ),
    );
  // A choice is stored under the mapped name, so the new name starts without one.
  if (
    after.source === undefined &&
    at.change.kind === 'mapping' &&
    after.required === true &&
    after.default === undefined
  )
    impacts.push(...missing(at, withoutSource(at), receiving).filter(({ level }) => level === 'breaking'));
  return impacts;
}

function mappingNow(at: ChangeInWorld): JsonObject | undefined {
  if (at.change.action === 'create' || at.change.from !== undefined) return at.change.after as JsonObject;
  const object = at.after?.read?.objects.find((one) => one.objectName === at.objectName);
  const named = (entry: FieldEntry) => entry.mapToName !== undefined && mappedKey(entry.mapToName) === at.names[4];
  const required = object?.requiredFields.find(named);
  const entry = required ?? object?.optionalFields.find(named);
  if (!entry) return undefined;
  if (entry.kind === 'fixed') return { required: required !== undefined, source: entry.fieldName };
  return { required: required !== undefined, ...(entry.default !== undefined && { default: entry.default }) };
}

/** Readers for whom the mapping of the change has neither choice nor default. */
function withoutSource(at: ChangeInWorld) {
  const mapping = mappingNow(at);
  if (mapping?.source !== undefined) return [];
  const entry = {
    kind: 'chosen' as const,
    mapToName: at.names[4]!,
    mapToDisplayName: at.names[4]!,
    ...(mapping?.default !== undefined && { default: String(mapping.default) }),
  };
  return readersOf(at).filter((one) => chosenSource(entry, ownReadConfig(at, one)) === undefined);
}

/** Readers that would not have the field of their own accord. */
function unpicked(at: ChangeInWorld) {
  const field = (at.change.kind === 'mapping' ? mappingNow(at) : undefined) ?? {};
  return readersOf(at).filter((one) => !picks(at, one, field));
}

/** Whether an optional field or mapping is in this installation's messages. */
function picks(at: ChangeInWorld, one: ReturnType<typeof readersOf>[number], field: JsonObject, name = at.names[4]!) {
  const own = ownReadConfig(at, one);
  if (own?.selectedFieldsAuto === 'all') return true;
  if (at.change.kind === 'mapping' && field.source === undefined) {
    return field.default !== undefined || ownChoice(name, own) !== undefined;
  }
  const provider = (at.after ?? at.before)!.provider;
  const source = fieldKey(provider, String(field.source ?? name));
  return Object.entries(own?.selectedFields ?? {}).some(([picked, on]) => on && fieldKey(provider, picked) === source);
}
