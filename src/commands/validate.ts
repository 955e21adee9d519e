import { defineCommand } from '../cli/command.ts';

export const validate = defineCommand({
  name: 'validate',
  summary: 'Check amp.yaml, everything in one run',
  description:
    'Checks manifests without contacting anyone and reports everything found, in file order. A path is a file or a folder; ' +
    '- is standard input. --org also asks a connected org (objects, fields, rights), -p a hosted project.',
  args: [{ name: 'path', summary: 'Files or folders (default: the nearest amp.yaml)', variadic: true }],
  flags: {
    format: {
      type: 'string',
      choices: ['text', 'json', 'sarif', 'github', 'junit'],
      summary: 'How findings are printed (github by itself inside GitHub Actions)',
    },
    strict: { type: 'boolean', summary: 'Warnings fail, too' },
    org: { type: 'string', placeholder: 'alias', summary: 'Also check objects and fields against this connected org' },
    fix: { type: 'boolean', summary: 'Repair what has one right answer' },
    'dry-run': { type: 'boolean', summary: 'With --fix: show the changes, write nothing' },
    skip: { type: 'strings', placeholder: 'rule', summary: 'Leave a rule out (repeatable)' },
    explain: { type: 'string', placeholder: 'rule', summary: 'Print what a rule means' },
  },
  examples: [
    'amp validate',
    'amp validate integrations/ --format sarif > findings.sarif',
    'amp validate --strict --skip large-backfill-risk',
    'amp validate --fix --dry-run',
    'amp validate --org acme',
    'amp validate --explain unknown-key',
  ],
  async run(context, input) {
    const { runValidate } = await import('./run-validate-command.ts');
    return runValidate(context, input.args.rest, input.flags);
  },
  exit: (result) => (result.kind === 'checked' && !result.report.valid ? 'failed' : 'ok'),
  async view(result, context) {
    if (result.kind === 'checked' && result.format !== 'text') {
      const { formatReport } = await import('../validation/formats/format.ts');
      return formatReport(result.format, result.report, { strict: result.strict, version: context.version });
    }
    const { validateView } = await import('./run-validate-command.ts');
    return validateView(result, context.output);
  },
  json: (result) => (result.kind === 'checked' ? result.report : result.rule),
});
