import { type CommandInput, defineCommand, type FlagSpecs } from '../cli/command.ts';
import { orHosted } from './or-hosted.ts';

export const writeFlags = {
  type: { type: 'string', choices: ['create', 'update', 'upsert', 'delete'], summary: 'What to do with the records' },
  record: { type: 'string', placeholder: 'json|@file|-', summary: 'One record' },
  batch: { type: 'string', placeholder: 'json|@file|-', summary: '1 to 100 records, all of them or none' },
  file: {
    type: 'string',
    placeholder: 'path',
    summary: 'Any number of records, NDJSON or CSV (by its name), each for itself',
  },
  'external-id': {
    type: 'string',
    placeholder: 'field',
    summary: 'With upsert: the field that says which record is meant',
  },
  partial: { type: 'boolean', summary: 'With --batch: keep the records that could be written' },
  header: { type: 'strings', placeholder: 'name=value', summary: 'Passed to the org; repeatable' },
  async: {
    type: 'boolean',
    summary: 'Queue it: retried until done or given up, also by amp run and after a restart',
  },
  'retry-hours': {
    type: 'number',
    min: 1,
    max: 48,
    integer: true,
    placeholder: 'hours',
    summary: 'With --async: when to give up (default 1, at most 48)',
  },
  'dry-run': { type: 'boolean', summary: 'Show what would be sent and what each guard did' },
  failures: {
    type: 'string',
    placeholder: 'file',
    summary: 'Write the records that failed there, to repair and run again',
  },
  results: { type: 'string', placeholder: 'file', summary: 'Write the result of each record there, as NDJSON' },
  group: {
    type: 'string',
    placeholder: 'ref',
    summary: "Customer to write for: the installation's mapping, guards and org",
  },
  integration: {
    type: 'string',
    short: 'i',
    placeholder: 'name',
    summary: 'Integration, when several write the object',
  },
  org: {
    type: 'string',
    placeholder: 'alias',
    summary: 'Without --group: connected org (the default org when left out)',
  },
} as const satisfies FlagSpecs;

export type WriteFlags = CommandInput<typeof writeFlags>['flags'];

export const write = orHosted(
  defineCommand({
    name: 'write',
    summary: "Write records into a customer's org",
    description:
      'Mapped names lead back to the fields of the org, guards keep what people typed, and a batch is written as a whole or not at all. The object stands under write in amp.yaml; its mapped name and its own both work. See docs/writes.md.',
    args: [{ name: 'object', summary: "The manifest's object", required: true }],
    flags: writeFlags,
    examples: [
      'amp write deal --type update --record \'{"id":"006…","stage":"won"}\' --group acme',
      'amp write company --type create --batch @companies.json --partial --group acme',
      'amp write account --type upsert --external-id ERP_Id__c --file rows.csv --failures failed.ndjson --group acme',
      'amp write deal --type update --record @deal.json --group acme --dry-run',
      'amp write deal --type update --record @deal.json --group acme --async --retry-hours 24',
    ],
    async run(context, { args, flags }) {
      const { runWrite } = await import('./run-write-command.ts');
      return runWrite(context, args.object ?? '', flags);
    },
    exit: (result) => (result.success ? 'ok' : 'failed'),
    json: (result) => result.output,
    async view(result, context) {
      const { renderWrite } = await import('../views/write.ts');
      return renderWrite(result, context.output.style, context.output.width);
    },
  }),
  async () => (await import('./hosted/twins/write.ts')).hostedWrite,
);
