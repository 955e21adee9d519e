import type { CredentialStore } from '../credentials/credential-store.ts';

/** Where messages go: a named alias of a project, same name in every environment, its own target in each. */
export interface DestinationRecord {
  /** `dst_…` */
  id: string;
  /** Letters, digits, dashes, underscores; unique in the project. */
  name: string;
  kind: 'webhook' | 'kinesis' | 's3' | 'file' | 'stdout';
  settings: WebhookSettings | KinesisSettings | S3Settings | FileSettings | Record<string, never>;
  state: 'enabled' | 'disabled';
  disabledReason?: string;
  createdAt: string;
  updatedAt: string;
}

export interface WebhookSettings {
  url: string;
  /** Sent with every message; values that look secret are kept in the credential store and shown as `[secret]`. */
  headers: Record<string, string>;
  allowPrivateNetwork: boolean;
  /** Notifications go there as a chat takes them: Slack's incoming webhooks, and what is compatible with them. */
  chat?: 'slack';
  /** Which credential store has the signing secret. */
  credentialStore?: CredentialStore['backend'];
}

/** What both AWS kinds have. The secret key and the session token are in the credential store. */
export interface AwsSettings {
  region: string;
  accessKeyId: string;
  /** In place of AWS's own address: another provider of the same API, or a test. */
  endpointUrl?: string;
  allowPrivateNetwork: boolean;
  credentialStore?: CredentialStore['backend'];
}

export interface KinesisSettings extends AwsSettings {
  streamName: string;
  /** JMESPath over the record; without it the message id is the key. */
  partitionKeyTemplate?: string;
}

export interface S3Settings extends AwsSettings {
  bucket: string;
  /** JMESPath over `metadata`, `time` and `data`; without it `<timestamp>_<event-id>.json`. */
  keyTemplate?: string;
  storageClass: string;
}

export interface FileSettings {
  folder: string;
}

/** One message as it will leave: final bytes, stable id. Committed to the outbox before anything is sent. */
export interface OutboxMessage {
  /** `msg_` + base 62, no dot (`newMessageId`). */
  id: string;
  /** Name of the destination. */
  destination: string;
  /** Order is kept per (destination, orderKey): the object, or object and record. */
  orderKey: string;
  /**
   * Messages of one order key that share this text carry different records (pages of one read: the operation's id) and may
   * be on their way together, started in order. Absent: each waits for the one before it.
   */
  overlap?: string;
  /** Not to be changed after `add`: a sender of the same process may send these very bytes. */
  body: Uint8Array;
  operationId?: string;
  records: number;
  topic: string;
  /** What a `resultInfo.type: "url"` message offers for download (pack.ts makes these). */
  download?: Download;
}

/** The JSON list that `result` would have held, kept until the message has long been delivered. */
export interface Download {
  /** 128 random bits, base 62. */
  id: string;
  content: Uint8Array;
}

/** Commits messages. Called inside the caller's store transaction, together with its cursor. */
export interface Outbox {
  /** Throws `destination-not-found` when a message names a destination the project does not have. */
  add(messages: readonly OutboxMessage[]): void;
  /** Counts by state. */
  backlog(filter?: BacklogFilter): Backlog;
}

export interface BacklogFilter {
  /** Name of the destination. */
  destination?: string;
  operationId?: string;
  ids?: readonly string[];
}

export interface Backlog {
  pending: number;
  delivered: number;
  dead: number;
  /** When the oldest pending message was stored, milliseconds since the epoch. */
  oldestAt?: number;
}
