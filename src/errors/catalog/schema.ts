import { defineErrors } from '../define-errors.ts';

export const schemaErrors = defineErrors({
  'schema-nothing-to-compare': {
    summary: 'The org has no installation, and no manifest says which objects matter.',
    remedy: 'Run it in the folder of an amp.yaml that reads objects, or after `amp install`.',
  },
});
