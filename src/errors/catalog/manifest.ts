import { defineErrors } from '../define-errors.ts';

/** Finding and writing manifests. What is wrong inside of one is a rule: docs/rules.md. */
export const manifestErrors = defineErrors({
  'manifest-not-found': {
    summary: 'The path given leads to no manifest.',
    remedy: 'Name a manifest, or a folder with an amp.yaml.',
    exit: 'usage',
  },
  'manifest-rule-unknown': {
    summary: 'A rule id on the command line names no rule, or one that cannot be skipped.',
    remedy: 'See docs/rules.md for the ids, or amp validate --explain <rule>.',
    exit: 'usage',
  },
  'manifest-invalid': {
    summary: 'The manifest has errors, so nothing can be made of it.',
    remedy: 'Run amp validate and mend what it reports.',
  },
});
