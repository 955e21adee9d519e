import { AmpError } from '../../errors/amp-error.ts';
import type { Diagnostic } from '../../errors/diagnostic.ts';
import type { Json, JsonObject } from '../../mapping/json.ts';
import { isObject } from '../../mapping/reverse/reverse-record.ts';
import { checkWriteHeaders } from './write-headers.ts';
import {
  autoBatchDelayMinutes,
  deadlineHours,
  mostBatchRecords,
  type WriteItem,
  type WriteMode,
  type WriteRequest,
  type WriteType,
} from './write-request.ts';

const types: readonly WriteType[] = ['create', 'update', 'delete', 'upsert'];
const modes: readonly WriteMode[] = ['synchronous', 'asynchronous'];

/**
 * Reads the body of a write (hosted API, "Write records"; `upsert` and `externalIdField` are ours). Everything that is wrong
 * is told at once, before any call. Throws `write-request-invalid`, `write-header-refused` or
 * `write-associations-unsupported`, alone or with `diagnostics`.
 */
export function parseWriteRequest(objectName: string, body: Json): WriteRequest {
  if (!isObject(body)) throw refusal([problem('$', 'The body is not a JSON object.')]);
  const problems: Diagnostic[] = [];
  const say = (path: string, message: string, code?: string, hint?: string) =>
    problems.push(problem(path, message, code, hint));

  const type = choice('type', types) ?? 'create';
  if (body.type === undefined || body.type === null) say('$.type', `type is missing: one of ${types.join(', ')}.`);
  const mode = choice('mode', modes) ?? 'synchronous';
  const records = readRecords();
  const autoBatchPolicy = readAutoBatch();
  const retryPolicy = readRetry();
  const headers = readHeaders();
  const allOrNone = readAllOrNone();
  const externalIdField = readExternalId();

  if (type === 'delete') {
    if (mode === 'asynchronous') say('$.mode', 'A delete is always synchronous.');
    if (records.kind === 'batch') say('$.batch', 'Records are deleted one at a time: give record.');
  }
  if (problems.length > 0) throw refusal(problems);
  return {
    objectName,
    type,
    mode,
    records,
    allOrNone,
    headers,
    ...(retryPolicy && !autoBatchPolicy ? { retryPolicy } : {}),
    ...(autoBatchPolicy ? { autoBatchPolicy } : {}),
    ...(externalIdField === undefined ? {} : { externalIdField }),
    notices: retryPolicy && autoBatchPolicy ? ['retryPolicy is ignored beside autoBatchPolicy.'] : [],
  };

  function choice<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const given = (body as JsonObject)[key] ?? undefined;
    if (given === undefined) return undefined;
    const word = words.find((one) => one === given);
    if (word === undefined) say(`$.${key}`, `${key} is not one of ${words.join(', ')}.`);
    return word;
  }

  function readRecords(): WriteRequest['records'] {
    const { record = null, batch = null, associations } = body as JsonObject;
    const none: WriteRequest['records'] = { kind: 'batch', batch: [] };
    if (record !== null && batch !== null) {
      say('$.batch', 'record and batch exclude each other.');
      return none;
    }
    if (batch !== null) {
      if (associations !== undefined) refuseAssociations('$.associations');
      return { kind: 'batch', batch: readBatch(batch) };
    }
    if (record === null) {
      say('$.record', 'There is nothing to write: give record or batch.');
      return none;
    }
    return {
      kind: 'record',
      record: readItem({ record, ...(associations === undefined ? {} : { associations }) }, '$'),
    };
  }

  function readBatch(batch: Json): WriteItem[] {
    if (!Array.isArray(batch)) {
      say('$.batch', 'batch is not a list.', undefined, 'One record goes under record (--record).');
      return [];
    }
    if (batch.length < 1 || batch.length > mostBatchRecords) {
      say('$.batch', `A batch has 1 to ${mostBatchRecords} records; this one has ${batch.length}.`);
      return [];
    }
    return batch.map((item, index) => readItem(item, `$.batch[${index}]`));
  }

  function readItem(item: Json, path: string): WriteItem {
    if (!isObject(item) || !isObject(item.record)) {
      say(`${path}${isObject(item) ? '.record' : ''}`, 'A record is a JSON object, in a batch under the key record.');
      return { record: {} };
    }
    if (item.associations !== undefined && item.associations !== null) refuseAssociations(`${path}.associations`);
    return { record: item.record };
  }

  function refuseAssociations(path: string): void {
    say(path, 'Associations exist on HubSpot only.', 'write-associations-unsupported');
  }

  function readAllOrNone(): boolean {
    const policy = (body as JsonObject).batchPolicy ?? {};
    const given = isObject(policy) ? (policy.allOrNone ?? true) : policy;
    if (typeof given === 'boolean') return given;
    say('$.batchPolicy.allOrNone', 'batchPolicy.allOrNone is not true or false.');
    return true;
  }

  function readRetry(): WriteRequest['retryPolicy'] {
    const policy = (body as JsonObject).retryPolicy ?? undefined;
    if (policy === undefined) return undefined;
    const hours = hoursOf(policy, 'deadlineHours', '$.retryPolicy');
    if (mode !== 'asynchronous') say('$.retryPolicy', 'Only an asynchronous write is retried in the background.');
    return { deadlineHours: hours };
  }

  function readAutoBatch(): WriteRequest['autoBatchPolicy'] {
    const policy = (body as JsonObject).autoBatchPolicy ?? undefined;
    if (policy === undefined) return undefined;
    if (mode !== 'asynchronous') say('$.autoBatchPolicy', 'Only asynchronous writes are gathered.');
    if (records.kind === 'batch') say('$.autoBatchPolicy', 'Single records are gathered; this is a batch already.');
    const { least, most } = autoBatchDelayMinutes;
    const minutes = isObject(policy) ? policy.maxDelayMinutes : undefined;
    if (!isWhole(minutes, least, most)) {
      say('$.autoBatchPolicy.maxDelayMinutes', `maxDelayMinutes is a whole number from ${least} to ${most}.`);
    }
    return {
      maxDelayMinutes: minutes as number,
      retryDeadlineHours: hoursOf(policy, 'retryDeadlineHours', '$.autoBatchPolicy'),
    };
  }

  function hoursOf(policy: Json, key: string, path: string): number {
    const { least, most, usual } = deadlineHours;
    const hours = isObject(policy) ? (policy[key] ?? usual) : undefined;
    if (!isWhole(hours, least, most))
      say(`${path}.${key}`, `${key} is a whole number of hours from ${least} to ${most}.`);
    return hours as number;
  }

  function readHeaders(): Record<string, string> {
    const given = (body as JsonObject).headers ?? [];
    const isList = Array.isArray(given) && given.every((one) => isObject(one) && [one.key, one.value].every(isText));
    if (!isList) {
      say('$.headers', 'headers is a list of {key, value}.');
      return {};
    }
    const pairs = (given as { key: string; value: string }[]).map(({ key, value }) => [key, value] as const);
    const { headers, problems: refused } = checkWriteHeaders(pairs, {
      // A gathered record shares its call with others.
      conditions: records.kind === 'record' && type !== 'delete' && !autoBatchPolicy,
    });
    for (const { index, message } of refused) say(`$.headers[${index}]`, message, 'write-header-refused');
    return headers;
  }

  function readExternalId(): string | undefined {
    const given = (body as JsonObject).externalIdField ?? undefined;
    if (given === undefined) return undefined;
    if (typeof given !== 'string' || given === '') {
      say('$.externalIdField', 'externalIdField is not a field name.');
      return undefined;
    }
    if (type !== 'upsert') say('$.externalIdField', 'Only an upsert goes by an external id.');
    return given;
  }
}

/** One error for everything found; its code is that of the first. */
export function refusal(diagnostics: readonly Diagnostic[]): AmpError {
  const [first] = diagnostics;
  const others = diagnostics.length - 1;
  return new AmpError({
    code: first!.code,
    message:
      others === 0
        ? first!.message
        : `${first!.message} ${others} more ${others === 1 ? 'thing is' : 'things are'} wrong.`,
    ...(first!.hint === undefined ? {} : { hint: first!.hint }),
    ...(first!.path === undefined ? {} : { path: first!.path }),
    diagnostics: [...diagnostics],
  });
}

function problem(path: string, message: string, code = 'write-request-invalid', hint?: string): Diagnostic {
  return {
    code,
    severity: 'error',
    message,
    ...(hint === undefined ? {} : { hint }),
    path,
    docsUrl: `docs/errors.md#${code}`,
  };
}

const isText = (value: Json | undefined) => typeof value === 'string';

function isWhole(value: Json | undefined, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
