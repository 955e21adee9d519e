/** Who and what a subscribe message is about: every field of the envelope but `resultInfo` and `result`. */
export interface SubscribeEnvelope {
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

/** The head of one event's message: its time is the commit's, and it has no operation. */
export function subscribeHead(
  envelope: SubscribeEnvelope,
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
