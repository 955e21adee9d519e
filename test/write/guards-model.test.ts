import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WriteFieldSettings } from '../../src/installations/config.ts';
import type { FieldEntry } from '../../src/manifest/manifest.ts';
import type { Json, JsonObject } from '../../src/mapping/json.ts';
import { field } from '../read/read-world.ts';
import { startWriteWorld, type WriteSetting, type WriteTestWorld } from './write-world.ts';

/**
 * What the org stores after random writes under random configs equals a model of the guards that is written down here once
 * more, in the words of the documentation, and shares nothing with the engine.
 */
let world: WriteTestWorld;
beforeAll(async () => {
  world = await startWriteWorld();
});
afterAll(() => world.stop());

const texts = ['Description', 'Site', 'Phone', 'Fax', 'Website'] as const;
const fields = [...texts, 'NumberOfEmployees'] as const;
type Field = (typeof fields)[number];

interface Config {
  /** How each field may be called besides its own name; a path is a nested name; `false` = declared and left unmapped. */
  names: Record<Field, string | undefined>;
  unmapped: boolean;
  settings: Partial<Record<Field, WriteFieldSettings>>;
  /** Settings are written under the mapped name. */
  byMappedName: boolean;
  /** Delivered → provider value of Description. */
  values: Record<string, string>;
}

type Given = [field: Field | 'unmapped', mapped: boolean, value: string | number | null];
interface Step {
  type: 'create' | 'update' | 'upsert';
  given: Given[];
  batch: boolean;
}

const someValue = (name: Field) =>
  name === 'NumberOfEmployees' ? fc.constantFrom(null, 0, 7) : fc.constantFrom(null, '', 'x', 'y', 'won');

const settingsOf = (name: Field): fc.Arbitrary<WriteFieldSettings> =>
  fc.record(
    {
      writeOnCreate: fc.constantFrom('always' as const, 'never' as const),
      writeOnUpdate: fc.constantFrom('always' as const, 'never' as const, 'ifEmpty' as const),
      default:
        name === 'NumberOfEmployees'
          ? fc.constantFrom(0, 5).map((integerValue) => ({ integerValue }))
          : fc.constantFrom('d', 'won').map((stringValue) => ({ stringValue })),
    },
    { requiredKeys: [] },
  );

const configs: fc.Arbitrary<Config> = fc.record({
  names: fc.record(
    Object.fromEntries(
      fields.map((name) => [
        name,
        fc.constantFrom(undefined, `my_${name}`, `$['deep']['${name}']`, `$['deep']['er']['${name}']`),
      ]),
    ) as Record<Field, fc.Arbitrary<string | undefined>>,
  ),
  unmapped: fc.boolean(),
  settings: fc.record(
    Object.fromEntries(fields.map((name) => [name, settingsOf(name)])) as Record<
      Field,
      fc.Arbitrary<WriteFieldSettings>
    >,
    { requiredKeys: [] },
  ),
  byMappedName: fc.boolean(),
  values: fc.constantFrom({}, { won: 'Closed Won' }),
});

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    type: fc.constantFrom('create' as const, 'update' as const, 'upsert' as const),
    given: fc.array(
      fc
        .constantFrom(...fields)
        .chain((name) =>
          fc.tuple(fc.constantFrom<Field | 'unmapped'>(name, name, name, 'unmapped'), fc.boolean(), someValue(name)),
        ),
      { maxLength: 5 },
    ),
    batch: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

/** The record in the caller's names; later entries win, as in any JSON object. */
function recordOf(config: Config, given: readonly Given[]): JsonObject {
  const record: JsonObject = {};
  for (const [name, mapped, value] of given) {
    if (name === 'unmapped') {
      if (config.unmapped) record.nobodyMappedThis = value;
      continue;
    }
    const path =
      mapped && config.names[name] ? [...config.names[name].matchAll(/'(\w+)'/g)].map(([, step]) => step!) : [];
    const steps = path.length > 0 ? path : [mapped ? (config.names[name] ?? name) : name];
    let place = record;
    for (const step of steps.slice(0, -1)) {
      place[step] ??= {};
      place = place[step] as JsonObject;
    }
    place[steps.at(-1)!] = value;
  }
  return record;
}

function settingOf({ names, unmapped, settings, byMappedName, values }: Config): WriteSetting {
  const mappings = fields.flatMap((name): FieldEntry[] => (names[name] ? [field(name, names[name])] : []));
  const key = (name: Field) => (byMappedName ? (names[name] ?? name) : name.toLowerCase());
  return {
    objectName: 'account',
    read: {
      requiredFields: mappings,
      optionalFields: unmapped ? [{ kind: 'chosen', mapToName: 'nobodyMappedThis', mapToDisplayName: 'x' }] : [],
    },
    readConfig: { selectedValueMappings: { [names.Description ?? 'Description']: values } },
    writeConfig: {
      selectedFieldSettings: Object.fromEntries(
        Object.entries(settings).map(([name, one]) => [key(name as Field), one]),
      ),
    },
  };
}

type State = Record<Field, Json>;
type Verdict = { refused: true } | { state: State };

const isEmpty = (value: Json | undefined) => value === null || value === undefined || value === '';

function model(config: Config, before: State | undefined, type: Step['type'], given: readonly Given[]): Verdict {
  // One value for each name, then one for each field, or a conflict.
  const said = new Map<string, { name: Field; mapped: boolean; value: Json }>();
  for (const [name, mapped, value] of given) {
    if (name === 'unmapped') continue;
    const isMapped = mapped && config.names[name] !== undefined;
    said.set(`${name} ${isMapped}`, { name, mapped: isMapped, value });
  }
  // A value mapping belongs to the name it is written under; a setting's default is said under the mapped name, too.
  const provider = (name: Field, mapped: boolean, value: Json) => {
    const applies = name === 'Description' && (mapped || config.names.Description === undefined);
    return applies && typeof value === 'string' ? (config.values[value as 'won'] ?? value) : value;
  };
  const values = new Map<Field, Json>();
  for (const { name, mapped, value } of said.values()) {
    const real = provider(name, mapped, value);
    if (values.has(name) && values.get(name) !== real) return { refused: true };
    values.set(name, real);
  }
  const bodyAt = (moment: 'create' | 'update') => {
    const body: Partial<State> = {};
    for (const name of fields) {
      const guard = config.settings[name] ?? {};
      const allowed = (moment === 'create' ? guard.writeOnCreate : guard.writeOnUpdate) ?? 'always';
      const fallback = guard.default?.stringValue ?? guard.default?.integerValue;
      const value = values.has(name)
        ? values.get(name)
        : fallback === undefined
          ? undefined
          : provider(name, config.byMappedName && config.names[name] !== undefined, fallback);
      if (value !== undefined && allowed !== 'never') body[name] = value;
    }
    return body;
  };
  const moment: 'create' | 'update' = before ? 'update' : 'create';
  // Every create here names its Name, and an upsert too: only an update can be left with nothing.
  if (type === 'update' && Object.keys(bodyAt(moment)).length === 0) return { refused: true };
  const state = before ? { ...before } : (Object.fromEntries(fields.map((name) => [name, null])) as State);
  for (const [name, value] of Object.entries(bodyAt(moment)) as [Field, Json][]) {
    if (moment === 'update' && config.settings[name]?.writeOnUpdate === 'ifEmpty' && !isEmpty(before![name])) continue;
    state[name] = value === '' ? null : value;
  }
  return { state };
}

let number = 0;

test('what the org stores equals the model of mapping and guards', async () => {
  await fc.assert(
    fc.asyncProperty(configs, steps, async (config, sequence) => {
      const setting = settingOf(config);
      const key = `K${number++}`;
      let state: State | undefined;
      let id: string | undefined;
      for (const step of sequence) {
        // The record there is updated; a create when there is none yet.
        const type = step.type === 'upsert' ? 'upsert' : state ? 'update' : 'create';
        const record: JsonObject = {
          ...recordOf(config, step.given),
          ...(type === 'update' ? { id: id! } : { Name: 'N', ERP_Id__c: key }),
        };
        const verdict = model(config, state, type, step.given);
        const body: JsonObject = step.batch ? { type, batch: [{ record }] } : { type, record };
        const answer = await world
          .write(setting, { ...body, ...(type === 'upsert' ? { externalIdField: 'ERP_Id__c' } : {}) })
          .catch((error: { code: string }) => error);
        if ('refused' in verdict) {
          expect(answer).toMatchObject({ code: expect.stringMatching(/^write-(field-conflict|nothing-left)$/) });
          continue;
        }
        expect(answer).toMatchObject({ success: true });
        state = verdict.state;
        id = (answer as { results: { recordId: string }[] }).results[0]!.recordId;
        const stored = world.stored('Account', id, [...fields]);
        expect(Object.fromEntries(fields.map((name) => [name, stored[name]]))).toEqual(state);
        // Whole seconds pass between a person's edits.
        world.org.clock.advance(2_000);
      }
    }),
    { numRuns: 150 },
  );
}, 120_000);
