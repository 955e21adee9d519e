import type { MessageOwner } from '../read/envelope.ts';

/** The head of one event's message: its time is the commit's, and it has no operation. */
export function subscribeHead(
  envelope: MessageOwner,
  about: { objectName: string; rawObjectName: string; committedAtMs: number },
): Record<string, unknown> {
  return {
    action: 'subscribe',
    ...envelope,
    objectName: about.objectName,
    rawObjectName: about.rawObjectName,
    operationTime: new Date(about.committedAtMs).toISOString(),
  };
}
