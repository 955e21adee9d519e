/** For whom a message is, and from which org: the part of the envelope that reads and events have in common. */
export interface MessageOwner {
  projectId: string;
  provider: string;
  workspace: string;
  groupRef: string;
  groupName: string;
  consumerRef: string;
  consumerName: string;
  installationId: string;
  installationUpdateTime: string;
}

/** Every field of a read message's envelope but `resultInfo` and `result`. */
export interface EnvelopeInput extends MessageOwner {
  /** Mapped name, else the manifest's spelling. */
  objectName: string;
  rawObjectName: string;
  operationId: string;
  readType: 'backfill' | 'scheduled' | 'triggered';
  operationTime: string;
}

/** The head of a read message, keys in the order readers are used to. */
export function readEnvelope(input: EnvelopeInput): Record<string, unknown> {
  return { action: 'read', ...input };
}

/** Subdomain of the org's address; the whole host when there is none (an emulator on loopback). */
export function workspaceOf(instanceUrl: string): string {
  const { hostname } = new URL(instanceUrl);
  return /^[\d.]+$|^\[/.test(hostname) ? hostname : hostname.split('.')[0]!;
}
