import type { FlagSpecs } from './command.ts';

/** Accepted by every command, before or after its name, unless the command has a flag of the same name. */
export const globalFlags = {
  dir: {
    type: 'string',
    short: 'C',
    placeholder: 'dir',
    summary: 'Project folder (default: nearest with amp.yaml)',
  },
  file: { type: 'string', placeholder: 'path', summary: 'Exact manifest file' },
  project: {
    type: 'string',
    short: 'p',
    placeholder: 'id-or-name',
    summary: 'Hosted project instead of the local runtime',
  },
  key: { type: 'string', short: 'k', placeholder: 'key', summary: 'API key (better: amp login)' },
  json: { type: 'boolean', summary: 'Print JSON on stdout and nothing else' },
  quiet: { type: 'boolean', short: 'q', summary: 'Only errors on stderr' },
  verbose: { type: 'boolean', summary: 'More notices on stderr' },
  debug: { type: 'boolean', short: 'd', summary: 'Stack traces and request lines, redacted' },
  'log-values': { type: 'boolean', summary: 'Keep values of records in the log (AMP_LOG_VALUES=1)' },
  color: { type: 'boolean', summary: 'Plain text without colour', negated: true },
} as const satisfies Record<string, FlagSpecs[string] & { negated?: boolean }>;
