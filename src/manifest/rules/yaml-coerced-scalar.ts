import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const yamlCoercedScalar = defineRule({
  id: 'yaml-coerced-scalar',
  severity: 'warning',
  group: 'File and keys',
  summary: 'A number or boolean stands where text is expected and is turned into text.',
  why: 'YAML 1.1 reads `no` as false, `1.0` as 1 and `010` as eight, so the text may not be what was written. Quotes keep it.',
  check(file, report) {
    for (const fault of file.decodeFaults) {
      if (fault.kind !== 'coerced') continue;
      const { node, step } = fault.spot;
      const name = typeof step === 'number' ? 'This item' : step;
      const message = `${name}: ${fault.written} is read as ${quote(fault.read)}.`;
      const values = fault.spec.type === 'text' ? fault.spec.values : undefined;
      if (values) {
        // Quotes would not help: none of these is a number or a boolean.
        report(fault.spot, { message, hint: `It takes ${values.join(' or ')}.` });
        continue;
      }
      report(fault.spot, {
        message,
        hint: 'Quote it if you mean the text.',
        // 123 becomes "123": the same text. Of "false" and "no" only the author knows which was meant.
        fix:
          fault.written === fault.read
            ? {
                title: `quoted ${fault.written}`,
                edits: [{ start: node.start, end: node.end, text: `"${fault.read}"` }],
              }
            : undefined,
      });
    }
  },
});
