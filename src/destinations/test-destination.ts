import type { DestinationRecord } from './destination.ts';
import { openTarget, type TargetWorld } from './open-target.ts';
import { newMessageId } from './outbox.ts';

/** What a destination said to a signed sample. */
export interface DestinationTest {
  destination: string;
  accepted: boolean;
  messageId: string;
  status?: number;
  /** Why it was not accepted. */
  reason?: string;
  durationMs: number;
  /** The first 20,000 bytes of the answer. */
  answer?: string;
}

/** Sends one signed sample now, outside the outbox and its retries. Throws what opening the destination throws. */
export async function testDestination(destination: DestinationRecord, world: TargetWorld): Promise<DestinationTest> {
  const target = await openTarget(destination, world, { keepAnswer: true });
  const messageId = newMessageId(world.now());
  const startedAt = performance.now();
  const body = Buffer.from(
    JSON.stringify({
      action: 'test',
      destination: destination.name,
      operationTime: new Date(world.now()).toISOString(),
      message: 'A signed sample sent by amp destinations test.',
    }),
  );
  try {
    const outcome = await target.send({
      id: messageId,
      topic: 'test',
      createdAt: world.now(),
      body,
      replayed: false,
    });
    return {
      destination: destination.name,
      accepted: outcome.kind === 'delivered',
      messageId,
      ...(outcome.status === undefined ? {} : { status: outcome.status }),
      ...(outcome.kind === 'failed' ? { reason: outcome.reason } : {}),
      durationMs: Math.round(performance.now() - startedAt),
      ...(outcome.answer?.text ? { answer: outcome.answer.text } : {}),
    };
  } finally {
    await target.close();
  }
}
