import type { Failure } from './failure.ts';
import type { LogLine } from './find-lines.ts';
import type { LoggedLine } from './operation-log.ts';

/** A log line as JSON, in the shape of the hosted service (facts: operations and logs) with object and group beside it. */
export interface LineJson {
  type: 'log';
  timestamp: string;
  severity: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
  object?: string;
  groupRef?: string;
  message: { msg: string; operation_id?: string; error?: Failure; details?: Record<string, unknown> };
}

export function lineJson(line: LogLine | LoggedLine): LineJson {
  const { error, ...details } = (line.details ?? {}) as { error?: Failure; [key: string]: unknown };
  const object = typeof details.object === 'string' ? details.object : 'object' in line ? line.object : undefined;
  const group = typeof details.group === 'string' ? details.group : 'groupRef' in line ? line.groupRef : undefined;
  return {
    type: 'log',
    timestamp: new Date(line.at).toISOString(),
    severity: line.severity.toUpperCase() as LineJson['severity'],
    ...(object === undefined ? {} : { object }),
    ...(group === undefined ? {} : { groupRef: group }),
    message: {
      msg: line.message,
      ...(line.operationId === undefined ? {} : { operation_id: line.operationId }),
      ...(error === undefined ? {} : { error }),
      ...(Object.keys(details).length > 0 ? { details } : {}),
    },
  };
}
