import type { EventFilter, StoredEvent } from '../../destinations/stored-events.ts';
import { parseMoment } from '../../platform/moment.ts';

interface Flags {
  state?: string[];
  destination?: string;
  topic?: string;
  operation?: string;
  since?: string;
  until?: string;
}

/** The events the flags select. Throws `usage` for a time that is none. */
export function readEventFilter(flags: Flags, now: number): EventFilter {
  return {
    ...(flags.state ? { states: flags.state as StoredEvent['state'][] } : {}),
    ...(flags.destination ? { destination: flags.destination } : {}),
    ...(flags.topic ? { topic: flags.topic } : {}),
    ...(flags.operation ? { operationId: flags.operation } : {}),
    ...(flags.since ? { since: parseMoment(flags.since, now) } : {}),
    ...(flags.until ? { until: parseMoment(flags.until, now) } : {}),
  };
}
