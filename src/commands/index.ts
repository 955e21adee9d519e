import type { LazyCommand } from '../cli/command.ts';
import { hostedCommands } from './hosted/index.ts';

/** Every command, in the order help shows them. Adding one is a line here and a file beside this one. */
export const commands: LazyCommand[] = [
  // Author
  {
    name: 'init',
    section: 'Author',
    summary: 'Write a commented amp.yaml to start from',
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'validate',
    section: 'Author',
    summary: 'Check amp.yaml, everything in one run',
    load: async () => (await import('./validate.ts')).validate,
  },
  {
    name: 'schema',
    section: 'Author',
    summary: 'Print the JSON Schema of the manifest, or of a command’s JSON',
    load: async () => (await import('./schema.ts')).schema,
  },
  {
    name: 'types',
    section: 'Author',
    summary: 'Write TypeScript types of this manifest’s webhook messages',
    load: async () => (await import('./types.ts')).types,
  },
  {
    name: 'diff',
    section: 'Author',
    summary: 'Show what a deploy would change, and for whom',
    load: async () => (await import('./diff.ts')).diff,
  },
  // Ship
  {
    name: 'deploy',
    section: 'Ship',
    summary: 'Check, plan and apply the manifest',
    load: async () => (await import('./deploy.ts')).deploy,
  },
  {
    name: 'revisions',
    section: 'Ship',
    summary: 'What was deployed, when and by whom',
    load: async () => (await import('./revisions/index.ts')).revisions,
  },
  {
    name: 'rollback',
    section: 'Ship',
    summary: 'Deploy an earlier revision again, with its own plan',
    load: async () => (await import('./rollback.ts')).rollback,
  },
  // Connect
  {
    name: 'org',
    section: 'Connect',
    summary: 'Connect Salesforce orgs and look into them',
    load: async () => (await import('./org/index.ts')).org,
  },
  {
    name: 'install',
    section: 'Connect',
    summary: 'Install an integration for one customer',
    load: async () => (await import('./install.ts')).install,
  },
  {
    name: 'installations',
    section: 'Connect',
    summary: 'Who has what installed',
    load: async () => (await import('./installations/index.ts')).installations,
  },
  {
    name: 'destinations',
    section: 'Connect',
    summary: 'Where messages go: webhooks, streams, buckets, folders',
    load: async () => (await import('./destinations/index.ts')).destinations,
  },
  // Run
  {
    name: 'backfill',
    section: 'Run',
    summary: 'Read the records that are there already',
    load: async () => (await import('./backfill.ts')).backfill,
  },
  {
    name: 'read',
    section: 'Run',
    summary: 'Read what changed: since a time, or since the last scheduled read',
    load: async () => (await import('./read.ts')).read,
  },
  {
    name: 'listen',
    section: 'Run',
    summary: 'Receive webhooks here, verify and show them',
    load: async () => (await import('./listen.ts')).listen,
  },
  {
    name: 'events',
    section: 'Run',
    summary: 'Stored messages: waiting, delivered, given up',
    load: async () => (await import('./events/index.ts')).events,
  },
  {
    name: 'tail',
    section: 'Run',
    summary: 'Follow change events as they happen',
    load: async () => (await import('./tail.ts')).tail,
  },
  {
    name: 'write',
    section: 'Run',
    summary: "Write records into a customer's org",
    load: async () => (await import('./write.ts')).write,
  },
  {
    name: 'search',
    section: 'Run',
    summary: 'Find records by the values of their fields',
    load: async () => (await import('./search.ts')).search,
  },
  {
    name: 'proxy',
    section: 'Run',
    summary: "Call any REST or Apex path of a customer's org",
    load: async () => (await import('./proxy.ts')).proxy,
  },
  {
    name: 'run',
    section: 'Run',
    summary: 'Do everything the manifest says, for every installation, until stopped',
    load: async () => (await import('./run.ts')).run,
  },
  // Observe
  {
    name: 'operations',
    section: 'Observe',
    summary: 'What ran, for whom, and how it ended',
    load: async () => (await import('./operations/index.ts')).operations,
  },
  {
    name: 'logs',
    section: 'Observe',
    summary: 'What happened, and why it failed',
    load: async () => (await import('./logs.ts')).logs,
  },
  {
    name: 'status',
    section: 'Observe',
    summary: 'How everything is, on one screen',
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'notifications',
    section: 'Observe',
    summary: 'Where the project hears of what happens',
    load: async () => (await import('./notifications/index.ts')).notifications,
  },
  // Offline
  {
    name: 'emulator',
    section: 'Offline',
    summary: 'A Salesforce-compatible org on your own machine',
    load: async () => (await import('./emulator/index.ts')).emulator,
  },
  {
    name: 'demo',
    section: 'Offline',
    summary: 'The whole story on the embedded emulator',
    load: async () => (await import('./demo.ts')).demo,
  },
  // Help
  {
    name: 'doctor',
    section: 'Help',
    summary: 'Find what keeps amp from working, and how to repair it',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'completion',
    section: 'Help',
    summary: 'Print a shell completion script',
    load: async () => (await import('./completion.ts')).completion,
  },
  {
    name: 'login',
    section: 'Help',
    summary: 'Keep the API key of the hosted platform in the keychain',
    load: async () => (await import('./login.ts')).login,
  },
  {
    name: 'logout',
    section: 'Help',
    summary: 'Forget the API key of the hosted platform',
    load: async () => (await import('./logout.ts')).logout,
  },
  ...hostedCommands,
];
