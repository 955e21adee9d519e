import { defineRule } from '../rule.ts';

export const displayNameLength = defineRule({
  id: 'display-name-length',
  severity: 'warning',
  group: 'Integration',
  summary: 'A `displayName` has more than 100 characters.',
  why: 'It is a label in a list; longer ones are cut.',
  check(file, report) {
    for (const { displayName } of file.integrations) {
      if (!displayName) continue;
      const length = [...displayName.value].length;
      if (length <= 100) continue;
      report(displayName.spot, { message: `displayName has ${length} characters.`, hint: 'Keep it to 100.' });
    }
  },
});
