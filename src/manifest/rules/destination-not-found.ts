import { destinationReferences } from '../destination-references.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const destinationNotFound = defineRule({
  id: 'destination-not-found',
  severity: 'error',
  group: 'With an org or a project',
  summary: 'Deploying, or checking against a project, that lacks a destination the manifest names.',
  why: 'Messages would have nowhere to go. Create the destination first, with the same name and its own address in each project.',
  check(file, report) {
    const known = file.options.knownDestinations;
    if (file.options.missingDestinations !== 'refuse' || !known) return;
    for (const { name, spot } of destinationReferences(file)) {
      if (known.includes(name)) continue;
      report(spot, {
        message: `There is no destination ${quote(name)}.`,
        hint: `Create it first: amp destinations add ${name} --url <url>`,
      });
    }
  },
});
