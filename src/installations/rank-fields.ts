import type { ChosenField } from '../manifest/manifest.ts';
import type { OrgField, OrgObject } from '../manifest/org-schema.ts';

/** The org's fields, the likeliest source of a mapping first: its default, then names that share a word, then the rest. */
export function rankFields(entry: ChosenField, object: OrgObject | undefined): OrgField[] {
  const words = wordsOf(`${entry.mapToName} ${entry.mapToDisplayName}`);
  const preset = entry.default?.toLowerCase();
  const score = ({ name }: OrgField) =>
    (name.toLowerCase() === preset ? 100 : 0) + wordsOf(name).filter((word) => words.includes(word)).length;
  return [...(object?.fields?.values() ?? [])].sort(
    (a, b) => score(b) - score(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

/** `Forecast_Note__c` and `forecastNote` → `forecast`, `note`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/__[a-z]+$/i, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
}
