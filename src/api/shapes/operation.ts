import type { LogLine } from '../../operations/find-lines.ts';
import type { OperationRecord } from '../../operations/find-operations.ts';
import { lineJson } from '../../operations/line-json.ts';
import {
  anything,
  described,
  flag,
  integer,
  listOf,
  mapOf,
  named,
  number,
  record,
  text,
  time,
} from '../schema/schema.ts';

export const operationStatusSchema = described(
  text({ choices: ['in_progress', 'success', 'failure', 'unknown'] }),
  '`unknown`: a write was sent and its answer lost; nobody knows whether it was applied.',
);

const actionTypes = ['read', 'write', 'subscribe', 'search', 'proxy', 'schema', 'deploy'] as const;
export const actionTypeSchema = text({ choices: actionTypes });

const failureSchema = named(
  'Failure',
  mapOf(anything),
  'Why it failed: subsystem, title, causes, remedy, retryable, …',
);

export const operationSchema = named(
  'Operation',
  record(
    {
      id: text(),
      projectId: text(),
      actionType: actionTypeSchema,
      status: operationStatusSchema,
      startedBy: text(),
      counts: described(mapOf(number), 'records, recordsEstimated, failed, messages, apiCalls, bytes, retries.'),
      metadata: mapOf(anything),
      createTime: time,
      updateTime: time,
    },
    {
      parentId: text(),
      integrationId: text(),
      installationId: text(),
      configId: text(),
      object: described(text(), 'As the org spells it.'),
      groupRef: text(),
      org: text(),
      revision: integer(),
      result: described(text(), 'One line.'),
      error: failureSchema,
      endTime: time,
      durationMs: number,
    },
  ),
);

export const operationPageSchema = named(
  'OperationPage',
  record({
    results: described(listOf(operationSchema), 'Newest first.'),
    pagination: record({ done: flag }, { nextPageToken: described(text(), 'Absent on the last page.') }),
  }),
);

export const logSchema = named(
  'Log',
  record(
    {
      timestamp: time,
      severity: text({ choices: ['DEBUG', 'INFO', 'WARNING', 'ERROR'] }),
      message: record({ msg: text() }, { operation_id: text(), error: failureSchema, details: mapOf(anything) }),
    },
    { object: text(), groupRef: text() },
  ),
);

/** Hosted keys of `metadata` beside ours. */
export function toOperation(projectId: string, operation: OperationRecord) {
  const { metadata, object, counts } = operation;
  return {
    projectId,
    ...operation,
    metadata: {
      ...(object === undefined ? {} : { objects: [object] }),
      ...(Object.keys(counts).length > 0 ? { progress: counts } : {}),
      ...metadata,
    },
  };
}

export function toLog(line: LogLine) {
  const { type: _, ...log } = lineJson(line);
  return log;
}
