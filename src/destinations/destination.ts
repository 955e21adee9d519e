/** Where messages go: a named alias of a project, same name in every environment, its own target in each. */
export interface DestinationRecord {
  /** `dst_…` */
  id: string;
  /** Letters, digits, dashes (and what published manifests use); unique in the project. */
  name: string;
  kind: 'webhook' | 'file' | 'stdout';
  settings: WebhookSettings | FileSettings | Record<string, never>;
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
}

export interface FileSettings {
  folder: string;
}

/** One message as it will leave: final bytes, stable id. Committed to the outbox before anything is sent. */
export interface OutboxMessage {
  /** `msg_` + base 62, no dot. */
  id: string;
  destination: string;
  /** Order is kept per (destination, orderKey): the object, or object and record. */
  orderKey: string;
  body: Uint8Array;
  operationId?: string;
  records: number;
  topic: string;
}

/** Commits messages. Called inside the caller's store transaction, together with its cursor. */
export interface Outbox {
  add(messages: readonly OutboxMessage[]): void;
  /** Counts by state. */
  backlog(filter?: { destination?: string; operationId?: string }): {
    pending: number;
    delivered: number;
    dead: number;
    oldestAt?: number;
  };
}
