import type { FlagSpecs } from '../cli/command.ts';

/** What `backfill` and `read` have in common. */
export const readFlags = {
  integration: {
    type: 'string',
    short: 'i',
    placeholder: 'name',
    summary: 'Integration of the manifest; needed when several read the object',
  },
  org: { type: 'string', placeholder: 'alias', summary: 'Connected org to read (the default org when left out)' },
  group: {
    type: 'string',
    placeholder: 'ref',
    summary: "Customer to read for: the installation's fields, filters and org",
  },
  output: {
    type: 'string',
    short: 'o',
    placeholder: 'file',
    summary: 'File to write; - is stdout, which is the default',
  },
  format: {
    type: 'string',
    choices: ['ndjson', 'csv'],
    default: 'ndjson',
    summary: 'One JSON object a line, or CSV without raw',
  },
  deliver: { type: 'boolean', summary: "Send signed messages to the object's destination instead" },
  destination: {
    type: 'string',
    placeholder: 'name',
    summary: 'With --deliver: another destination than the manifest says',
  },
  api: {
    type: 'string',
    choices: ['auto', 'bulk', 'rest'],
    default: 'auto',
    summary: 'auto: REST up to 2,000 records, Bulk above',
  },
  limit: { type: 'number', integer: true, min: 1, placeholder: 'n', summary: 'At most so many records' },
  map: { type: 'strings', placeholder: 'name=Field', summary: 'Deliver a field under a mapped name; repeatable' },
  field: { type: 'strings', placeholder: 'name', summary: 'Deliver one more field; repeatable' },
  'all-fields': { type: 'boolean', summary: 'Deliver every field the user can read' },
  filter: {
    type: 'strings',
    placeholder: 'field=value',
    summary: "Only records with this value, instead of the config's filters; repeatable",
  },
  where: { type: 'string', placeholder: 'soql', summary: 'A SOQL condition, passed on as it is' },
  watermark: {
    type: 'string',
    placeholder: 'field',
    summary: 'Datetime field that tells what is new (SystemModstamp)',
  },
  'page-rows': {
    type: 'number',
    integer: true,
    min: 1,
    placeholder: 'n',
    summary: 'Rows of a page of bulk results',
    hidden: true,
  },
} as const satisfies FlagSpecs;
