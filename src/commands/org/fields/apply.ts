import { defineCommand } from '../../../cli/command.ts';

export const apply = defineCommand({
  name: 'apply',
  summary: 'Create and update custom fields from a file',
  description:
    'Compares the file with the org, shows what would change, asks, and makes it so; a second run changes nothing. ' +
    'Optional fields are shown to the connected user by the permission set IntegrationCustomFieldVisibility. ' +
    'Nothing is ever deleted, narrowed or turned into another type. The file: docs/custom-fields.md.',
  args: [{ name: 'file', summary: 'YAML or JSON; - reads stdin', required: true }],
  flags: {
    org: { type: 'string', short: 'o', placeholder: 'alias', summary: 'Connected org (default: the default org)' },
    yes: { type: 'boolean', short: 'y', summary: 'Do not ask' },
    'dry-run': { type: 'boolean', summary: 'Only show what would change' },
  },
  examples: [
    'amp org fields apply fields.yaml --dry-run',
    'amp org fields apply fields.yaml --org acme',
    'amp org fields apply fields.yaml --yes --json',
  ],
  async run(context, { args, flags }) {
    const { applyFieldsFile } = await import('../../run-fields-command.ts');
    return applyFieldsFile(context, args.file!, flags);
  },
  exit: (result) => (result.success ? 'ok' : 'failed'),
  async view(result, context) {
    const { renderFieldsResult } = await import('../../../views/custom-fields.ts');
    return renderFieldsResult(result, context.output.style);
  },
});
