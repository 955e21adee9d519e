import type { LazyCommand } from '../../cli/command.ts';

/** Names of the hosted platform's first command line, kept working and out of sight. */
export const hostedCommands: LazyCommand[] = [
  {
    name: 'deploy:integration',
    summary: 'Check, plan and apply the manifest',
    hidden: true,
    load: async () => ({ ...(await import('../deploy.ts')).deploy, name: 'deploy:integration', hidden: true }),
  },
  {
    name: 'list:projects',
    summary: 'Projects the key opens',
    hidden: true,
    load: async () => (await import('./list-projects.ts')).listProjects,
  },
  {
    name: 'list:integrations',
    summary: 'Integrations of a hosted project',
    hidden: true,
    load: async () => (await import('./list-integrations.ts')).listIntegrations,
  },
  {
    name: 'list:installations',
    summary: 'Installations of an integration of a hosted project',
    hidden: true,
    load: async () => (await import('./list-installations.ts')).listInstallations,
  },
  {
    name: 'list:destinations',
    summary: 'Destinations of a hosted project',
    hidden: true,
    load: async () => (await import('./list-destinations.ts')).listDestinations,
  },
  {
    name: 'list:connections',
    summary: 'Connections of a hosted project',
    hidden: true,
    load: async () => (await import('./list-connections.ts')).listConnections,
  },
  {
    name: 'list:provider-apps',
    summary: 'OAuth apps of a hosted project',
    hidden: true,
    load: async () => (await import('./list-provider-apps.ts')).listProviderApps,
  },
  {
    name: 'delete:integration',
    summary: 'Delete an integration of a hosted project, installations included',
    hidden: true,
    load: async () => (await import('./delete-integration.ts')).deleteIntegration,
  },
  {
    name: 'delete:installation',
    summary: 'Delete an installation of a hosted project',
    hidden: true,
    load: async () => (await import('./delete-installation.ts')).deleteInstallation,
  },
  {
    name: 'my-info',
    summary: 'Needs a dashboard sign-in, which API keys are not',
    hidden: true,
    load: async () => (await import('./my-info.ts')).myInfo,
  },
];
