import type { HostedApi } from './hosted-api.ts';
import { path } from './path.ts';

/** Deletes an integration with all its installations. Throws `hosted-…` with what the platform says. */
export async function deleteIntegration(api: HostedApi, idOrName: string): Promise<void> {
  await api.send({ method: 'DELETE', path: path`/projects/${api.project}/integrations/${idOrName}` });
}

/** Deletes one installation; a connection nobody else uses goes with it. */
export async function deleteInstallation(api: HostedApi, integrationId: string, installationId: string): Promise<void> {
  await api.send({
    method: 'DELETE',
    path: path`/projects/${api.project}/integrations/${integrationId}/installations/${installationId}`,
  });
}
