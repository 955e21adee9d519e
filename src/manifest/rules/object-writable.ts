import { isSalesforceCrm, nameOf, writeObjectsOf } from '../parts.ts';
import { defineRule } from '../rule.ts';

export const objectWritable = defineRule({
  id: 'object-writable',
  severity: 'warning',
  group: 'With an org or a project',
  summary: 'A write object can be neither created nor updated by this user.',
  why: "Either nobody can, or the connected user's profile and permission sets do not allow it. Every write would be refused.",
  needs: 'org',
  check(file, report) {
    for (const integration of file.integrations) {
      if (!isSalesforceCrm(integration)) continue;
      for (const object of writeObjectsOf(integration)) {
        const known = file.options.org?.objects.get(nameOf(object).toLowerCase());
        if (!known || known.createable || known.updateable) continue;
        report(object.objectName!.spot, {
          message: `${known.name} can be neither created nor updated by this user.`,
          hint: "Check the user's permission sets, or remove it from write.",
        });
      }
    }
  },
});
