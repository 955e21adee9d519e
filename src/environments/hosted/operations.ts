import type { HostedInstallation, HostedLog, HostedOperation } from './answers.ts';
import type { HostedApi } from './hosted-api.ts';
import { listOf } from './hosted-environment.ts';
import { path } from './path.ts';

const pageSize = 200;

interface OperationPage {
  results?: HostedOperation[] | null;
  pagination?: { done?: boolean; nextPageToken?: string } | null;
}

/** Operations of one installation, newest first; at most `limit`. The platform promises no order, so it is made here. */
export async function listOperations(
  api: HostedApi,
  installation: Pick<HostedInstallation, 'id' | 'integrationId'>,
  limit: number,
): Promise<HostedOperation[]> {
  const of = path`/projects/${api.project}/integrations/${installation.integrationId}/installations/${installation.id}/operations`;
  const operations: HostedOperation[] = [];
  let pageToken: string | undefined;
  do {
    const size = Math.min(pageSize, limit - operations.length);
    const page: OperationPage = await api.get(of, { pageSize: size, pageToken });
    operations.push(...listOf<HostedOperation>(page.results ?? [], 'operations'));
    // A page that says it is not the last but names no next one would be asked for for ever.
    pageToken = page.pagination?.done === true ? undefined : page.pagination?.nextPageToken || undefined;
  } while (pageToken !== undefined && operations.length < limit);
  return operations.sort((a, b) => (b.createTime ?? '').localeCompare(a.createTime ?? '')).slice(0, limit);
}

export function fetchOperation(api: HostedApi, id: string): Promise<HostedOperation> {
  return api.get(path`/projects/${api.project}/operations/${id}`);
}

/** The log of an operation, oldest first. */
export async function fetchLogs(api: HostedApi, operationId: string): Promise<HostedLog[]> {
  const logs = listOf<HostedLog>(await api.get(path`/projects/${api.project}/operations/${operationId}/logs`), 'logs');
  return logs.sort((a, b) => (a.timestamp ?? '').localeCompare(b.timestamp ?? ''));
}
