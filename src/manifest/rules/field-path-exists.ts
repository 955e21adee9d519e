import { checkFieldsAgainstOrg } from '../org-fields.ts';
import { defineRule } from '../rule.ts';

export const fieldPathExists = defineRule({
  id: 'field-path-exists',
  severity: 'warning',
  group: 'With an org or a project',
  summary: 'A step of a field path means nothing in the org: no compound part, no relationship, no field.',
  why: "A path is a part of a compound field (`$['BillingAddress']['city']`), else a relationship (`$['Owner']['Email']`), else a walk of the record. A first step that the org does not have fails the sample read.",
  needs: 'org',
  check(file, report) {
    checkFieldsAgainstOrg(file, (spot, found) => {
      if (found.problem !== 'path') return;
      report(spot, {
        message: `The step "${found.step}" of ${found.name} leads nowhere from ${found.object}.`,
        hint: 'Check the name of the compound field or relationship, then field-level security.',
      });
    });
  },
});
