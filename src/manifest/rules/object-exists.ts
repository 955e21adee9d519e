import { actions, isSalesforceCrm, objectsOf, said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';
import { isCustomName, standardObjects } from '../salesforce-objects.ts';
import { suggest } from '../suggest.ts';

export const objectExists = defineRule({
  id: 'object-exists',
  severity: 'warning',
  group: 'With an org or a project',
  summary:
    'A Salesforce object is neither a known standard object nor a custom name (with --org: an error when the org lacks it).',
  why: 'Salesforce names objects in the singular: `contact`, not `contacts`. Offline the check knows the common standard objects; with an org it asks.',
  check(file, report) {
    const { org } = file.options;
    for (const integration of file.integrations) {
      if (!isSalesforceCrm(integration)) continue;
      for (const action of actions) {
        for (const { objectName } of objectsOf(integration, action)) {
          const name = said(objectName);
          if (name === undefined) continue;
          const exists = org
            ? org.objects.has(name.toLowerCase())
            : standardObjects.has(name.toLowerCase()) || isCustomName(name);
          if (exists) continue;
          const known = org ? [...org.objects.values()].map((object) => object.name) : standardObjects.values();
          const close = suggest(name, known);
          report(objectName!.spot, {
            severity: org ? 'error' : 'warning',
            message: org
              ? `The org ${org.label} shows no object ${quote(name)} to this user.`
              : `Salesforce has no object ${quote(name)}.`,
            hint: close
              ? `Did you mean ${quote(matchCase(name, close))}?`
              : 'Check the API name; custom objects end in __c.',
          });
        }
      }
    }
  },
});

/** Suggests in the writer's own spelling: manifests mostly use lower case. */
function matchCase(written: string, name: string): string {
  return written === written.toLowerCase() ? name.toLowerCase() : name;
}
