import { grouped } from '../quote.ts';
import { defineRule } from '../rule.ts';
import { maximumAliasNodes, maximumBytes, maximumDepth } from '../yaml/node.ts';

export const yamlLimits = defineRule({
  id: 'yaml-limits',
  severity: 'error',
  group: 'File and keys',
  summary: 'The file is over 1 MiB, nests deeper than 64 levels, or its aliases expand to more than 10,000 values.',
  why: 'Small files can be made to expand to gigabytes, or to exhaust the stack. The limits are far above what integrations need and are checked before anything is expanded.',
  essential: true,
  check(file, report) {
    if (file.byteFault?.kind === 'size') {
      // How much more is not known: nobody read on.
      report(
        { start: 0, end: 0 },
        {
          message: `The file has more than ${grouped(maximumBytes)} bytes.`,
          hint: 'Split the file.',
        },
      );
    }
    for (const fault of file.parseFaults) {
      if (fault.kind !== 'limits') continue;
      if (fault.limit === 'depth') {
        report(fault, {
          message: `The nesting is deeper than ${maximumDepth} levels.`,
          hint: 'A manifest needs about ten.',
        });
      } else {
        report(fault, {
          message: `Aliases expand to more than ${grouped(maximumAliasNodes)} values.`,
          hint: 'Write the repeated part out, or split the file.',
        });
      }
    }
  },
});
