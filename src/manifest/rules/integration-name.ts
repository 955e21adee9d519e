import { said } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const integrationName = defineRule({
  id: 'integration-name',
  severity: 'error',
  group: 'Integration',
  summary: 'An integration name has other characters than letters, digits, `-` and `_`, or more than 64.',
  why: 'The name is the identity of an integration in a project and stands in addresses. Capital letters are fine: most published manifests use camelCase.',
  check(file, report) {
    for (const integration of file.integrations) {
      const name = said(integration.name);
      if (name === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(name)) continue;
      const message = /^[A-Za-z0-9_-]+$/.test(name)
        ? `${quote(name, 24)} has ${name.length} characters.`
        : `${quote(name)} cannot stand in a URL.`;
      report(integration.name!.spot, { message, hint: 'Use letters, digits, - and _, at most 64.' });
    }
  },
});
