import { fieldKey, mappedKey } from '../manifest/identity.ts';
import type { Integration } from '../manifest/manifest.ts';
import type { OrgSchema } from '../manifest/org-schema.ts';
import { hasField } from './checks/config-check.ts';
import { choiceForm, type FormAnswers, otherFields } from './choice-form.ts';
import { withReadConfig } from './choices.ts';
import type { InstallationConfig } from './config.ts';
import { offersOf } from './offers.ts';

/** What is wrong at which input. */
export type FormProblems = ReadonlyMap<string, string>;

/**
 * The config with what was sent. What the form does not show stays as it is. `problems` names inputs that lack a choice, or whose
 * path leads nowhere.
 */
export function readChoiceForm(
  integration: Integration,
  config: InstallationConfig,
  schema: OrgSchema,
  sent: FormAnswers,
): { config: InstallationConfig; problems: FormProblems } {
  const problems = new Map<string, string>();
  const form = choiceForm(integration, config, schema, sent);
  const result = offersOf(integration, config, schema).reduce((changed, offer, at) => {
    const { mappings, fields, everything, others } = form.objects[at]!;
    const { selectedFieldMappings, selectedFields, selectedFieldsAuto, ...rest } = offer.own;
    const sources = { ...selectedFieldMappings };
    for (const [i, { entry, org }] of offer.mappings.entries()) {
      const { path, selected, pathInput, input, required, label } = mappings[i]!;
      const source = path || selected;
      for (const name of Object.keys(sources)) if (mappedKey(name) === mappedKey(entry.mapToName)) delete sources[name];
      if (source !== '') sources[entry.mapToName] = source;
      if (source === '' && required) problems.set(input, `Choose a field for ${label}.`);
      if (source !== '' && org?.fields && !hasField(org, source))
        problems.set(path ? pathInput : input, `${org.name} has no field "${source}" that this user can see.`);
    }
    const picked = { ...selectedFields };
    const boxes = [
      ...offer.fields.map(({ fieldName }, i) => ({ name: fieldName, box: fields[i]! })),
      ...otherFields(offer, integration.provider).map(({ name }, i) => ({ name, box: others[i]! })),
    ];
    for (const { name, box } of boxes) {
      for (const known of Object.keys(picked))
        if (fieldKey(integration.provider, known) === fieldKey(integration.provider, name)) delete picked[known];
      if (box.checked) picked[name] = true;
    }
    const auto = everything ? (everything.checked ? 'all' : undefined) : selectedFieldsAuto;
    return withReadConfig(changed, integration.provider, offer.object.objectName, () => ({
      ...rest,
      ...(auto && { selectedFieldsAuto: auto }),
      ...(Object.keys(picked).length > 0 && { selectedFields: picked }),
      ...(Object.keys(sources).length > 0 && { selectedFieldMappings: sources }),
    }));
  }, config);
  return { config: result, problems };
}
