import type { CommandInput, FlagSpecs } from '../../cli/command.ts';
import type { EventFilter, StoredEvent } from '../../destinations/stored-events.ts';

/** The flags that select stored events. */
export const eventFilterFlags = {
  state: {
    type: 'strings',
    choices: ['pending', 'delivered', 'dead'],
    placeholder: 'state',
    summary: 'pending, delivered or dead; repeatable',
  },
  destination: { type: 'string', placeholder: 'name', summary: 'Of this destination' },
  topic: { type: 'string', placeholder: 'topic', summary: 'Of this topic: read, subscribe, …' },
  operation: { type: 'string', placeholder: 'id', summary: 'Of this operation' },
  since: { type: 'string', placeholder: 'time', summary: 'Stored since: ISO time, or 15m, 2h, 7d' },
  until: { type: 'string', placeholder: 'time', summary: 'Stored until' },
} as const satisfies FlagSpecs;

/** The events the flags select. Throws `usage` for a time that is none, and for an upside-down span. */
export async function readEventFilter(
  flags: CommandInput<typeof eventFilterFlags>['flags'],
  now: number,
): Promise<EventFilter> {
  const { parseSpan } = await import('../../platform/moment.ts');
  return {
    ...(flags.state ? { states: flags.state as StoredEvent['state'][] } : {}),
    ...(flags.destination ? { destination: flags.destination } : {}),
    ...(flags.topic ? { topic: flags.topic } : {}),
    ...(flags.operation ? { operationId: flags.operation } : {}),
    ...parseSpan(flags, now),
  };
}
