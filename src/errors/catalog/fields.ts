import { defineErrors } from '../define-errors.ts';

/** Custom fields made from a file: amp org fields apply. */
export const fieldsErrors = defineErrors({
  'fields-file-yaml': {
    summary: 'The file of custom fields is not YAML (or JSON).',
    remedy: 'Mend the line the message names.',
  },
  'fields-file-key': {
    summary: 'A key of the file of custom fields is unknown, or written twice.',
    remedy: 'Use the name the message suggests, or remove the key.',
  },
  'fields-file-value': {
    summary: 'A value in the file of custom fields is missing or does not fit.',
    remedy: 'Give the value the message asks for; docs/custom-fields.md lists the keys.',
  },
  'fields-object-unknown': {
    summary: 'The org has no object of this name, or the user cannot see it.',
    remedy: 'Look for its API name with amp org describe.',
  },
  'fields-type-fixed': {
    summary: 'A field of this name exists with another type; changing it could empty or cut values.',
    remedy: 'Give the new field another name, or delete the old one in Setup first.',
  },
  'fields-refused': {
    summary: 'The answer to the question was no; nothing was changed.',
    remedy: 'Run the command again, or with --dry-run to only look.',
  },
});
