import { isSalesforceCrm, nameOf, readObjects } from '../parts.ts';
import { defineRule } from '../rule.ts';

export const objectQueryable = defineRule({
  id: 'object-queryable',
  severity: 'error',
  group: 'With an org or a project',
  summary: 'A read object cannot be queried.',
  why: 'Some objects of an org exist only as part of others, or in other APIs. Reads are queries, so they would fail.',
  needs: 'org',
  check(file, report) {
    for (const { integration, object } of readObjects(file)) {
      const known = file.options.org?.objects.get(nameOf(object).toLowerCase());
      if (!known || known.queryable || !isSalesforceCrm(integration)) continue;
      report(object.objectName!.spot, {
        message: `${known.name} cannot be queried.`,
        hint: 'Read an object that can.',
      });
    }
  },
});
