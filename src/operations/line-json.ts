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

const otelNumbers = { debug: 5, info: 9, warning: 13, error: 17 };

/** A line in OpenTelemetry's log data model: what AMP_LOG_FORMAT=json writes to stderr, ready for a collector. */
export function otelLine(line: LoggedLine): Record<string, unknown> {
  const { object, group, subsystem, requestId, http, error, ...details } = (line.details ?? {}) as Record<
    string,
    unknown
  > & { http?: { method?: string; path?: string; status?: number } };
  const attributes: Record<string, unknown> = {
    'amp.operation.id': line.operationId,
    'amp.object': object,
    'amp.group': group,
    'amp.subsystem': subsystem ?? (error as Failure | undefined)?.subsystem,
    'amp.request.id': requestId ?? (error as Failure | undefined)?.requestId,
    'http.request.method': http?.method,
    'url.path': http?.path,
    'http.response.status_code': http?.status,
    'error.type': (error as Failure | undefined)?.code,
    'amp.error': error,
    ...Object.fromEntries(Object.entries(details).map(([key, value]) => [`amp.${key}`, value])),
  };
  return {
    timestamp: new Date(line.at).toISOString(),
    severityText: line.severity.toUpperCase(),
    severityNumber: otelNumbers[line.severity],
    body: line.message,
    attributes: Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
  };
}
