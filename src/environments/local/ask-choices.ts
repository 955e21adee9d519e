import { hasField } from '../../installations/checks/config-check.ts';
import { withReadConfig } from '../../installations/choices.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import { fieldLabel, type MappingOffer, type ObjectOffer, offersOf } from '../../installations/offers.ts';
import { rankFields } from '../../installations/rank-fields.ts';
import type { FixedField, Integration, ReadObject } from '../../manifest/manifest.ts';
import type { OrgSchema } from '../../manifest/org-schema.ts';
import { suggest } from '../../manifest/suggest.ts';
import type { Prompter } from '../../output/prompt.ts';

const shownCandidates = 12;

/**
 * Asks a person what the manifest leaves to the customer. One Enter accepts every suggestion; what is required and has none
 * (or a default this org lacks) is asked in any case. What was accepted is stored as a choice.
 */
export async function askChoices(
  integration: Integration,
  config: InstallationConfig,
  schema: OrgSchema,
  prompt: Prompter,
): Promise<InstallationConfig> {
  const offers = offersOf(integration, config, schema);
  const questions = openQuestions(offers);
  const fields = openFields(offers);
  if (questions.length === 0 && fields.length === 0) return config;
  const suggested = questions.filter((question) => question.suggestion !== undefined);
  const accepted =
    suggested.length + fields.length > 0 &&
    (await prompt.confirm(describeSuggestions(suggested, fields), { flag: '--yes', default: true }));
  let result = config;
  for (const question of questions) {
    const source =
      accepted && (question.suggestion !== undefined || !question.required)
        ? question.suggestion
        : await askSource(question, prompt);
    if (source !== undefined) {
      result = withReadConfig(result, integration.provider, question.object.objectName, (own) => ({
        ...own,
        selectedFieldMappings: { ...own.selectedFieldMappings, [question.entry.mapToName]: source },
      }));
    }
  }
  if (accepted) return result;
  for (const { object, entry } of fields) {
    const picked = await prompt.confirm(`Send ${fieldLabel(entry)} of ${object.objectName} too?`, {
      flag: '--field',
      default: false,
    });
    if (picked) {
      result = withReadConfig(result, integration.provider, object.objectName, (own) => ({
        ...own,
        selectedFields: { ...own.selectedFields, [entry.fieldName]: true },
      }));
    }
  }
  return result;
}

/** Takes every suggestion there is, without a question: what --yes does. */
export function acceptSuggestions(
  integration: Integration,
  config: InstallationConfig,
  schema: OrgSchema,
): InstallationConfig {
  return openQuestions(offersOf(integration, config, schema)).reduce(
    (result, { object, entry, suggestion }) =>
      suggestion === undefined
        ? result
        : withReadConfig(result, integration.provider, object.objectName, (own) => ({
            ...own,
            selectedFieldMappings: { ...own.selectedFieldMappings, [entry.mapToName]: suggestion },
          })),
    config,
  );
}

function openQuestions(offers: readonly ObjectOffer[]): MappingOffer[] {
  return offers.flatMap(({ mappings }) => mappings).filter(({ chosen }) => chosen === undefined);
}

function openFields(offers: readonly ObjectOffer[]): { object: ReadObject; entry: FixedField }[] {
  return offers
    .filter(({ own }) => own.selectedFieldsAuto !== 'all')
    .flatMap(({ object, own, fields }) =>
      fields.filter((entry) => own.selectedFields?.[entry.fieldName] === undefined).map((entry) => ({ object, entry })),
    );
}

async function askSource(
  { object, entry, required, org }: MappingOffer,
  prompt: Prompter,
): Promise<string | undefined> {
  const flag = `--map ${entry.mapToName}=<Field>`;
  const question = entry.prompt ?? `Which field of ${object.objectName} is ${entry.mapToDisplayName}?`;
  const ranked = rankFields(entry, org);
  const other = '(another field)';
  const none = '(leave it unset)';
  const choices = ranked.slice(0, shownCandidates).map(({ name, type }) => ({ value: name, label: name, hint: type }));
  if (ranked.length > shownCandidates || ranked.length === 0)
    choices.push({ value: other, label: 'Another field', hint: '' });
  if (!required) choices.push({ value: none, label: 'Leave it unset', hint: '' });
  const preset = choices.find((choice) => choice.value.toLowerCase() === entry.default?.toLowerCase());
  const chosen = await prompt.choose<string>(question, {
    flag,
    choices,
    ...(preset && { default: preset.value }),
    unlisted: (typed) => ranked.find(({ name }) => name.toLowerCase() === typed.toLowerCase())?.name,
  });
  if (chosen === none) return undefined;
  if (chosen !== other) return chosen;
  return prompt.text(`Name or path of the field for ${entry.mapToDisplayName}:`, {
    flag,
    validate: (name) => {
      if (name !== '' && (!org?.fields || hasField(org, name))) return undefined;
      const near = suggest(
        name,
        ranked.map((field) => field.name),
      );
      return `${object.objectName} has no field "${name}".${near ? ` Did you mean ${near}?` : ''}`;
    },
  });
}

function describeSuggestions(suggested: readonly MappingOffer[], fields: ReturnType<typeof openFields>): string {
  const named = suggested.map(({ entry, suggestion }) => `${entry.mapToDisplayName} = ${suggestion}`);
  const left = fields.map(({ entry }) => fieldLabel(entry));
  const shown = left.length > 4 ? `${left.slice(0, 3).join(', ')} and ${left.length - 3} more` : left.join(', ');
  const without = left.length > 0 ? `without the optional ${shown}` : '';
  return `Accept ${[named.join(', '), without].filter(Boolean).join(', ')}?`;
}
