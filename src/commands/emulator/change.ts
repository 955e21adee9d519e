import { defineCommand } from '../../cli/command.ts';

export const change = defineCommand({
  name: 'change',
  summary: 'Change the emulated org behind the client: records, schema, clock, settings',
  description:
    'create, update, delete, hard-delete and undelete change records; object, field and change-field change the schema; clock advances the org’s time; setting changes how it behaves; apply runs a JSON file of record changes as one transaction; commit ends one begun with --hold. Values: Name=Acme is text, Amount:=12.5 is JSON.',
  args: [
    {
      name: 'action',
      summary:
        'create, update, delete, hard-delete, undelete, object, field, change-field, remove-field, hide-field, show-field, clock, setting, apply or commit',
      required: true,
    },
    { name: 'target', summary: 'Object, Object.Field, duration, setting=value, file or transaction' },
    { name: 'id', summary: 'Record to change' },
  ],
  flags: {
    set: { type: 'strings', placeholder: 'field=value', summary: 'A field (or property of the new field); repeatable' },
    user: { type: 'string', placeholder: 'username', summary: 'Who changes it; the administrator by default' },
    automation: { type: 'boolean', summary: 'As automation writes: only SystemModstamp moves' },
    'audit-fields': {
      type: 'boolean',
      summary: 'As an import: new records may set CreatedDate and LastModifiedDate',
    },
    hold: { type: 'boolean', summary: 'Begin the transaction now; end it with: change commit <transaction>' },
    port: {
      type: 'number',
      integer: true,
      min: 1,
      max: 65535,
      placeholder: 'port',
      summary: 'Which emulator, when several run',
    },
  },
  examples: [
    'amp emulator change create Contact --set LastName=Doe --set Email=doe@example.com',
    'amp emulator change update Account 001Am00000000010AAA --set Name=Acme',
    'amp emulator change field Account.Tier__c --set type=picklist --set picklistValues:=[\\"Gold\\",\\"Silver\\"]',
    'amp emulator change clock 72h',
    'amp emulator change setting rotation=strict',
    'amp emulator change create Contact --set LastName=Doe --hold',
    'amp emulator change commit 1',
  ],
  async run(context, { args, flags }) {
    const { changeOrg } = await import('./change-org.ts');
    return changeOrg(context, { action: args.action ?? '', target: args.target, id: args.id, flags });
  },
  view: (result, context) => `${context.output.style.good('✓')} ${result.summary}`,
});
