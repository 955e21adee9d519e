import { quote } from '../quote.ts';
import { renameKey } from '../repairs.ts';
import { defineRule } from '../rule.ts';

export const keyCase = defineRule({
  id: 'key-case',
  severity: 'warning',
  group: 'File and keys',
  summary: 'A known key is written in another case.',
  why: 'The platform ignores the case of keys; editors, reviewers and other tools do not.',
  check(file, report) {
    for (const fault of file.decodeFaults) {
      if (fault.kind !== 'key-case') continue;
      const { spot, written, known } = fault;
      report(spot, {
        at: 'key',
        message: `${quote(written)} is accepted as ${quote(known)}.`,
        hint: 'Write it as documented.',
        fix: renameKey(spot, written, known),
      });
    }
  },
});
