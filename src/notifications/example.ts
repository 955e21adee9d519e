import type { NotificationData, NotificationType } from './notification.ts';

/** A notification of each type as it really looks, with made-up facts: what `send-test` sends. */
export function exampleData(type: NotificationType, projectId: string): NotificationData[NotificationType] {
  const connection = {
    projectId,
    connectionId: '00D000000000001AAA:005000000000001AAA',
    provider: 'salesforce',
    groupRef: 'example-group',
    consumerRef: 'example-user',
    consumerName: 'Example User',
  };
  const installation = {
    ...connection,
    integrationId: 'example',
    integrationName: 'example',
    installationId: 'ins_example',
    groupName: 'Example Group',
  };
  const config = { provider: 'salesforce', read: { objects: { Contact: { objectName: 'Contact' } } } };
  const read = { ...installation, objectName: 'Contact' };
  const refused = 'invalid_grant: expired access/refresh token';
  const examples: NotificationData = {
    'installation.created': { ...installation, config },
    'installation.updated': { ...installation, config, lastConfig: { provider: 'salesforce' } },
    'installation.deleted': { ...installation, config },
    'connection.created': connection,
    'connection.refreshed': connection,
    'connection.updated': connection,
    'connection.deleted': connection,
    'connection.error': { ...connection, errors: [refused], error: [refused] },
    'read.backfill.done': read,
    'read.schedule.paused': { ...installation, config, error: refused },
    'read.triggered.done': { ...read, fromTimestamp: '2026-02-03T09:00:00Z', untilTimestamp: '2026-02-03T09:15:00Z' },
    'read.triggered.error': { ...read, fromTimestamp: '2026-02-03T09:00:00Z', error: refused },
    'write.async.done': { ...read, success: true, successfulRecordIds: ['003000000000001AAA'] },
    'subscribe.create.error': { ...installation, error: 'Contact is not selected for change events.' },
    'destination.webhook.disabled': {
      projectId,
      destinationId: 'dst_example',
      destinationName: 'example',
      url: 'https://example.com/hooks',
    },
  };
  return examples[type];
}
