import { destinationReferences } from '../destination-references.ts';
import { countOf, quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const destinationExists = defineRule({
  id: 'destination-exists',
  severity: 'warning',
  group: 'With an org or a project',
  summary: 'A destination is not set up in this project (a note when there is no list to compare with).',
  why: 'Manifests name destinations; addresses and secrets are set up where the manifest runs, so that they can differ between development and production.',
  check(file, report) {
    if (file.options.missingDestinations === 'refuse') return;
    const known = file.options.knownDestinations;
    const seen = new Set<string>();
    for (const { name, spot } of destinationReferences(file)) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (!known || known.includes(name)) continue;
      report(spot, {
        message: `Destination ${quote(name)} is not set up here.`,
        hint: `amp destinations add ${name} --url <url>`,
      });
    }
    if (known || seen.size === 0) return;
    const [first] = destinationReferences(file);
    report(first!.spot, {
      severity: 'info',
      message: `${countOf(seen.size, 'destination')} not checked: no project is set up here yet.`,
      hint: 'amp destinations add <name> --url <url>',
    });
  },
});
