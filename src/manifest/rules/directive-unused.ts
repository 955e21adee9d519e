import { defineRule } from '../rule.ts';

export const directiveUnused = defineRule({
  id: 'directive-unused',
  severity: 'warning',
  group: 'File and keys',
  summary: 'An `amp:ignore` comment silences nothing.',
  why: 'The finding it was written for is gone, stands elsewhere, or is an error: errors are never silenced. Left in place, the comment would hide the next finding.',
  stage: 'last',
  check(file, report) {
    for (const directive of file.unusedDirectives) {
      report(directive, {
        message: directive.covers
          ? 'This amp:ignore silences nothing.'
          : 'This amp:ignore stands beside no key or item.',
        hint: 'Remove it. Errors cannot be silenced.',
      });
    }
  },
});
