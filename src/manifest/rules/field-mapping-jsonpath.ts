import { formatFieldPath, parseFieldPath } from '../field-path.ts';
import type { Draft } from '../key-spec.ts';
import { fieldsOf, readObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { replaceValue } from '../repairs.ts';
import { defineRule, type Fix } from '../rule.ts';

export const fieldMappingJsonpath = defineRule({
  id: 'field-mapping-jsonpath',
  severity: 'error',
  group: 'Read',
  summary: 'A `fieldName` or `mapToName` starts with `$` but is no path in bracket notation.',
  why: "Nested fields are written `$['Owner']['Email']`: a dollar sign and one quoted name in brackets for each level. Dots, list positions and wildcards are not part of it.",
  essential: true,
  check(file, report) {
    for (const { object } of readObjects(file)) {
      for (const field of fieldsOf(object)) {
        for (const name of [field.fieldName, field.mapToName]) {
          if (!name) continue;
          const parsed = parseFieldPath(name.value);
          if ('segments' in parsed) continue;
          const dotted = dottedSegments(name.value);
          report(name.spot, {
            message: `${quote(name.value)} is not bracket notation (character ${parsed.offset + 1}): ${parsed.fault}.`,
            hint: dotted ? `Write ${formatFieldPath(dotted)}.` : "A path is written like $['Owner']['Email'].",
            fix: dotted ? fixPath(file.text, name, dotted) : undefined,
          });
        }
      }
    }
  },
});

/** `$.owner.email` can only mean one thing. */
function dottedSegments(written: string): string[] | undefined {
  return /^\$(?:\.[A-Za-z_]\w*)+$/.test(written) ? written.slice(2).split('.') : undefined;
}

function fixPath(text: string, name: Draft<string>, segments: string[]): Fix | undefined {
  const path = formatFieldPath(segments);
  return replaceValue(text, name.spot, path, `wrote ${name.value} as ${path}`);
}
