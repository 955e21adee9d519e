import { destinationReferences } from '../destination-references.ts';
import { said } from '../parts.ts';
import { type CheckedFile, defineRule, type ProjectFacts, type Rule } from '../rule.ts';
import type { Spot } from '../spot.ts';

/** Rules that say a check of a hosted project could not be made: the manifest may be fine, but nobody looked. */
function defineFailedCheck(
  id: string,
  what: string,
  part: keyof ProjectFacts['failures'],
  hint: string,
  spotOf: (file: CheckedFile) => Spot | undefined,
): Rule {
  return defineRule({
    id,
    severity: 'warning',
    group: 'With an org or a project',
    summary: `${what} could not be checked against the hosted project.`,
    why: 'The hosted service did not answer, so the check was left out. The rest of the findings stands.',
    needs: 'project',
    check(file, report) {
      const reason = file.options.project?.failures[part];
      const spot = spotOf(file);
      if (reason === undefined || !spot) return;
      report(spot, { message: `${what} were not checked: ${reason.replace(/\.$/, '')}.`, hint });
    },
  });
}

const firstProvider = (file: CheckedFile) =>
  file.integrations.find((integration) => said(integration.provider))?.provider?.spot;

export const catalogAccess = defineFailedCheck(
  'catalog-access',
  'Providers',
  'catalogue',
  'Run again, or drop -p.',
  firstProvider,
);

export const destinationCheckFailed = defineFailedCheck(
  'destination-check-failed',
  'Destinations',
  'destinations',
  'Run again before deploying.',
  (file) => destinationReferences(file)[0]?.spot,
);

export const providerAppCheckFailed = defineFailedCheck(
  'provider-app-check-failed',
  'Provider apps',
  'providerApps',
  'Run again before deploying.',
  firstProvider,
);
