import { isSalesforceCrm, nameOf, readObjects } from '../parts.ts';
import { grouped } from '../quote.ts';
import { defineRule, isPresent } from '../rule.ts';

/** Salesforce takes 16,384 bytes of address and headers together; tokens and the WHERE clause need their share. */
const mostSelectBytes = 14_000;

export const wideSelect = defineRule({
  id: 'wide-select',
  severity: 'warning',
  group: 'With an org or a project',
  summary: 'A customer who picks every field makes a query longer than a request may be.',
  why: 'Such reads still work: they go through Bulk or the Composite API. They are slower, and every field costs bytes in each message.',
  needs: 'org',
  check(file, report) {
    for (const { integration, object } of readObjects(file)) {
      const known = file.options.org?.objects.get(nameOf(object).toLowerCase());
      if (!known?.fields || !isSalesforceCrm(integration) || !isPresent(object, 'optionalFieldsAuto')) continue;
      const bytes = [...known.fields.values()].reduce((sum, field) => sum + field.name.length + 1, 0);
      if (bytes <= mostSelectBytes || !object.optionalFieldsAuto) continue;
      report(object.optionalFieldsAuto.spot, {
        message: `All ${known.fields.size} fields of ${known.name} make a query of ${grouped(bytes)} bytes.`,
        hint: 'Fine through Bulk; list optional fields to keep reads light.',
      });
    }
  },
});
