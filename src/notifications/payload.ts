import type { InstallationRecord } from '../installations/installation.ts';
import type { ConnectionSet, InstallationSet } from './notification.ts';

/** The facts of an installation that its notifications carry. What nobody told us is an empty text. */
export function installationSet(installation: InstallationRecord, projectId: string): InstallationSet {
  return {
    projectId,
    provider: installation.config.provider,
    integrationId: installation.integration,
    integrationName: installation.integration,
    installationId: installation.id,
    connectionId: installation.orgId,
    groupRef: installation.groupRef,
    groupName: installation.groupName,
    consumerRef: installation.consumerRef ?? '',
    consumerName: installation.consumerName ?? '',
  };
}

/** The facts of an installation's connection. */
export function connectionSet(installation: InstallationRecord, projectId: string): ConnectionSet {
  return {
    projectId,
    connectionId: installation.orgId,
    provider: installation.config.provider,
    groupRef: installation.groupRef,
    consumerRef: installation.consumerRef ?? '',
    consumerName: installation.consumerName ?? '',
  };
}

/** One sentence for a chat or a list: what happened, to whom. Never values of records. */
export function summarise(type: string, data: object): string {
  const facts = data as Partial<InstallationSet> & {
    objectName?: string;
    destinationName?: string;
    errors?: unknown[];
    error?: unknown;
    success?: boolean;
  };
  const what = facts.objectName ? ` ${facts.objectName}` : '';
  const whom = facts.groupName || facts.groupRef || facts.destinationName || '';
  const reason = type === 'write.async.done' ? '' : firstReason(facts.errors ?? facts.error);
  const outcome = facts.success === false ? ' with failures' : '';
  return `${sentences[type] ?? type}${what}${outcome}${whom ? ` for ${whom}` : ''}${reason ? `: ${reason}` : ''}`;
}

function firstReason(reasons: unknown): string {
  const first = Array.isArray(reasons) ? reasons[0] : reasons;
  return typeof first === 'string' ? first : '';
}

const sentences: Record<string, string> = {
  'installation.created': 'Installation created',
  'installation.updated': 'Installation changed',
  'installation.deleted': 'Installation removed',
  'connection.created': 'Connected',
  'connection.refreshed': 'Sign-in renewed',
  'connection.updated': 'Signed in again',
  'connection.deleted': 'Connection removed',
  'connection.error': 'Connection failed',
  'read.backfill.done': 'Backfill done:',
  'read.schedule.paused': 'Scheduled reads paused',
  'read.triggered.done': 'Read done:',
  'read.triggered.error': 'Read failed:',
  'write.async.done': 'Asynchronous write done:',
  'subscribe.create.error': 'Subscription could not be made',
  'destination.webhook.disabled': 'Destination disabled',
};
