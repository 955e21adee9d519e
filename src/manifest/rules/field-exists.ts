import { checkFieldsAgainstOrg } from '../org-fields.ts';
import { defineRule } from '../rule.ts';

export const fieldExists = defineRule({
  id: 'field-exists',
  severity: 'warning',
  group: 'With an org or a project',
  summary: 'A required field, default or watch name is not in the org for this user.',
  why: 'Two causes look the same from outside: the name is wrong or the field was deleted, or field-level security hides it from the connected user. An installation with such a field is refused.',
  needs: 'org',
  check(file, report) {
    checkFieldsAgainstOrg(file, (spot, found) => {
      if (found.problem !== 'missing') return;
      report(spot, {
        message: `${found.object} has no field "${found.name}" for this user (${found.role}).`,
        hint: found.close
          ? `Did you mean "${found.close}"? Else check the name, then field-level security.`
          : 'Check the name, then field-level security.',
      });
    });
  },
});
