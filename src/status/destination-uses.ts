import { openLocalProject } from '../environments/local/local-project.ts';
import type { Integration } from '../manifest/manifest.ts';
import { createNotificationRoutes } from '../notifications/routes.ts';
import type { State } from '../store/state.ts';

/**
 * What sends to a destination, each once: `crm: read contact`, `crm: subscribe account`, `crm: watchSchema` of the deployed
 * manifest and of what customers still run, and `notifications`.
 */
export function destinationUses(state: State, name: string): string[] {
  const project = openLocalProject(state);
  const integrations = [
    ...(project.currentRevision()?.manifest.integrations ?? []),
    ...project.installations.list().flatMap((installation) => project.integrationOf(installation) ?? []),
  ];
  const routes = createNotificationRoutes(state.db).list();
  const isRouted = routes.some(({ destinations }) => destinations.includes(name));
  return [
    ...new Set([
      ...integrations.flatMap((integration) => usesOf(integration, name)),
      ...(isRouted ? ['notifications'] : []),
    ]),
  ];
}

function usesOf({ name: integration, read, subscribe, watchSchema }: Integration, name: string): string[] {
  const named = (object: { destination?: string }) => object.destination === name;
  return [
    ...(read?.objects ?? []).filter(named).map(({ objectName }) => `${integration}: read ${objectName}`),
    ...(subscribe?.objects ?? []).filter(named).map(({ objectName }) => `${integration}: subscribe ${objectName}`),
    ...(watchSchema && named(watchSchema) ? [`${integration}: watchSchema`] : []),
  ];
}
