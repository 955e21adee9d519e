import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const yamlDuplicateKey = defineRule({
  id: 'yaml-duplicate-key',
  severity: 'error',
  group: 'File and keys',
  summary: 'A key stands twice in one mapping, also when only the case differs.',
  why: 'The hosted platform silently keeps the last one, so half of what was written has no effect. Keep the one you mean.',
  essential: true,
  check(file, report) {
    for (const fault of file.decodeFaults) {
      if (fault.kind !== 'duplicate-key') continue;
      report(fault.spot, {
        at: 'key',
        message: `${quote(fault.written)} appears twice in this object.`,
        hint: fault.written === '<<' ? 'Merge several with a list: "<<: [*one, *two]".' : 'Keep one.',
      });
    }
  },
});
