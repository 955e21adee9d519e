import type { InstallationConfig } from '../installations/config.ts';

/** The fifteen things a project is told of, with the data of each (facts: notifications). Body: `{notificationType, data}`. */
export interface NotificationData {
  'installation.created': InstallationSet & ConfigPart;
  'installation.updated': InstallationSet & ConfigPart & LastConfigPart;
  'installation.deleted': InstallationSet & ConfigPart;
  /** First sign-in. */
  'connection.created': ConnectionSet;
  /** The token was renewed by itself. */
  'connection.refreshed': ConnectionSet;
  /** Signed in again, or changed. */
  'connection.updated': ConnectionSet;
  'connection.deleted': ConnectionSet;
  /** `error` is the deprecated copy of `errors`. */
  'connection.error': ConnectionSet & { errors: string[]; error: string[] };
  'read.backfill.done': InstallationSet & { objectName: string };
  'read.schedule.paused': InstallationSet & ConfigPart & { error?: string };
  'read.triggered.done': InstallationSet & TriggeredRead;
  'read.triggered.error': InstallationSet & TriggeredRead & { error?: string };
  'write.async.done': InstallationSet & {
    objectName: string;
    success: boolean;
    successfulRecordIds?: string[];
    errors?: unknown[];
  };
  'subscribe.create.error': InstallationSet & { error?: string };
  'destination.webhook.disabled': { projectId: string; destinationId: string; destinationName: string; url: string };
}

export type NotificationType = keyof NotificationData;

export interface InstallationSet {
  projectId: string;
  provider: string;
  integrationId: string;
  integrationName: string;
  installationId: string;
  connectionId: string;
  groupRef: string;
  groupName: string;
  consumerRef: string;
  consumerName: string;
}

export interface ConnectionSet {
  projectId: string;
  connectionId: string;
  provider: string;
  groupRef: string;
  consumerRef: string;
  consumerName: string;
}

/** The notifier puts `configURL` in its place when the whole would be too large to send. */
export interface ConfigPart {
  config: InstallationConfig;
}

export interface LastConfigPart {
  lastConfig: InstallationConfig;
}

export interface TriggeredRead {
  objectName: string;
  /** ISO times. */
  fromTimestamp?: string;
  untilTimestamp?: string;
}

/** In the order of the documentation. */
export const notificationTypes = [
  'installation.created',
  'installation.updated',
  'installation.deleted',
  'connection.created',
  'connection.refreshed',
  'connection.updated',
  'connection.deleted',
  'connection.error',
  'read.backfill.done',
  'read.schedule.paused',
  'read.triggered.done',
  'read.triggered.error',
  'write.async.done',
  'subscribe.create.error',
  'destination.webhook.disabled',
] as const satisfies readonly NotificationType[];
