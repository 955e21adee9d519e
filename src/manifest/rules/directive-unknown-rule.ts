import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';
import { suggest } from '../suggest.ts';

export const directiveUnknownRule = defineRule({
  id: 'directive-unknown-rule',
  severity: 'warning',
  group: 'File and keys',
  summary: 'An `amp:ignore` comment names a rule that does not exist.',
  why: 'A misspelt rule id silences nothing, and the finding it was written for comes back unnoticed elsewhere.',
  check(file, report) {
    for (const directive of file.directives) {
      for (const { id, start, end } of directive.ids) {
        if (file.ruleIds.has(id)) continue;
        const close = suggest(id, file.ruleIds);
        report(
          { start, end },
          {
            message: `${quote(id)} is not a rule.`,
            hint: close ? `Did you mean ${quote(close)}?` : 'docs/rules.md lists all of them.',
            ...(close
              ? { fix: { title: `renamed the rule ${id} to ${close}`, edits: [{ start, end, text: close }] } }
              : {}),
          },
        );
      }
    }
  },
});
