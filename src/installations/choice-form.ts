import { fieldKey } from '../manifest/identity.ts';
import type { FixedField, Integration } from '../manifest/manifest.ts';
import type { OrgField, OrgSchema } from '../manifest/org-schema.ts';
import { describedField } from './checks/config-check.ts';
import type { InstallationConfig } from './config.ts';
import { fieldLabel, type MappingOffer, type ObjectOffer, offersOf } from './offers.ts';
import { rankFields } from './rank-fields.ts';

/** The choices of an installation as a form. Names of inputs are positions, so that no name of an org or manifest becomes one. */
export interface ChoiceForm {
  objects: FormObject[];
}

export interface FormObject {
  name: string;
  label: string;
  /** Labels of what is sent in any case. */
  always: string[];
  mappings: FormMapping[];
  /** Optional fields of the manifest. */
  fields: FormBox[];
  /** "Every field there is", where the manifest allows it. */
  everything?: FormBox;
  /** Every other field of the org, where the manifest allows it. */
  others: FormBox[];
}

export interface FormMapping {
  input: string;
  /** Input of a path that no list can offer; wins when filled in. */
  pathInput: string;
  label: string;
  prompt?: string;
  required: boolean;
  /** Preselected; empty = nothing. */
  selected: string;
  path: string;
  likely: FormField[];
  rest: FormField[];
}

export interface FormField {
  name: string;
  /** `Industry (Industry, picklist)` */
  text: string;
}

export interface FormBox {
  input: string;
  label: string;
  checked: boolean;
}

/** Names of inputs → what was sent for them. */
export type FormAnswers = ReadonlyMap<string, string>;

const likelyFields = 8;

/** The form for `config`, or as it was last sent. Defaults the org has are preselected. */
export function choiceForm(
  integration: Integration,
  config: InstallationConfig,
  schema: OrgSchema,
  sent?: FormAnswers,
): ChoiceForm {
  return {
    objects: offersOf(integration, config, schema).map((offer, at) => ({
      name: offer.object.objectName,
      label: offer.object.mapToDisplayName ?? offer.org?.name ?? offer.object.objectName,
      always: offer.object.requiredFields.flatMap((entry) => (entry.kind === 'fixed' ? [labelOf(entry, offer)] : [])),
      mappings: offer.mappings.map((mapping, i) => formMapping(mapping, `${at}.map.${i}`, sent)),
      ...boxesOf(offer, at, integration.provider, sent),
    })),
  };
}

function formMapping(
  { entry, required, chosen, suggestion, org }: MappingOffer,
  input: string,
  sent: FormAnswers | undefined,
): FormMapping {
  const pathInput = `${input}.path`;
  const preset = chosen ?? suggestion ?? '';
  const known = org?.fields?.get(preset.toLowerCase())?.name;
  const ranked = rankFields(entry, org).map(formField);
  return {
    input,
    pathInput,
    label: entry.mapToDisplayName,
    ...(entry.prompt !== undefined && { prompt: entry.prompt }),
    required,
    selected: sent ? (sent.get(input) ?? '') : (known ?? ''),
    path: sent ? (sent.get(pathInput) ?? '').trim() : known === undefined ? preset : '',
    likely: ranked.slice(0, likelyFields),
    rest: ranked.slice(likelyFields).sort(byText),
  };
}

function boxesOf(
  offer: ObjectOffer,
  at: number,
  provider: string,
  sent: FormAnswers | undefined,
): Pick<FormObject, 'fields' | 'others' | 'everything'> {
  const { own, fields, object } = offer;
  const picked = new Set(
    Object.entries(own.selectedFields ?? {}).flatMap(([name, on]) => (on ? [fieldKey(provider, name)] : [])),
  );
  const box = (input: string, label: string, before: boolean) => ({
    input,
    label,
    checked: sent ? sent.has(input) : before,
  });
  const isPicked = (name: string) => picked.has(fieldKey(provider, name));
  return {
    fields: fields.map((entry, i) => box(`${at}.field.${i}`, labelOf(entry, offer), isPicked(entry.fieldName))),
    others: otherFields(offer, provider).map((field, i) =>
      box(`${at}.other.${i}`, formField(field).text, isPicked(field.name)),
    ),
    ...(object.optionalFieldsAuto === 'all' && {
      everything: box(`${at}.all`, 'Every field, also those added later', own.selectedFieldsAuto === 'all'),
    }),
  };
}

/** Fields nobody declared, where the manifest lets the customer pick any; by label. */
export function otherFields({ object, org }: ObjectOffer, provider: string): OrgField[] {
  if (object.optionalFieldsAuto !== 'all') return [];
  const declared = new Set(
    [...object.requiredFields, ...object.optionalFields].flatMap((entry) =>
      entry.kind === 'fixed' ? [fieldKey(provider, entry.fieldName)] : [],
    ),
  );
  return [...(org?.fields?.values() ?? [])]
    .filter(({ name }) => !declared.has(fieldKey(provider, name)))
    .sort((a, b) => byText(formField(a), formField(b)));
}

/** The manifest's label, else the org's. */
function labelOf(entry: FixedField, { org }: ObjectOffer): string {
  const described = org?.fields && describedField(org, entry.fieldName);
  return entry.mapToDisplayName ?? described?.label ?? fieldLabel(entry);
}

function formField({ name, label = name, type }: OrgField): FormField {
  return { name, text: `${label} (${name}, ${type})` };
}

const byText = (a: FormField, b: FormField) => (a.text.toLowerCase() < b.text.toLowerCase() ? -1 : 1);
