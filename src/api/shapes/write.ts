import { autoBatchDelayMinutes, deadlineHours, mostBatchRecords } from '../../runtime/write/write-request.ts';
import { anything, described, flag, integer, listOf, mapOf, named, record, text, time } from '../schema/schema.ts';

const hours = integer({ min: deadlineHours.least, max: deadlineHours.most });
const recordSchema = described(mapOf(anything), 'Mapped or provider names; update and delete need `id`.');

export const writeRequestSchema = named(
  'Write',
  record(
    {
      groupRef: described(text({ minLength: 1 }), "The customer's id in your product."),
      type: described(
        text({ choices: ['create', 'update', 'delete', 'upsert'] }),
        '`upsert` is local only: the hosted platform has none.',
      ),
    },
    {
      mode: described(text({ choices: ['synchronous', 'asynchronous'] }), '`synchronous` when it is left out.'),
      record: recordSchema,
      batch: described(
        listOf(record({ record: recordSchema }, { associations: anything }), { min: 1, max: mostBatchRecords }),
        'Instead of `record`; create, update and upsert.',
      ),
      batchPolicy: record({}, { allOrNone: described(flag, 'true when it is left out.') }),
      retryPolicy: record({}, { deadlineHours: hours }),
      autoBatchPolicy: record(
        { maxDelayMinutes: integer({ min: autoBatchDelayMinutes.least, max: autoBatchDelayMinutes.most }) },
        { retryDeadlineHours: hours },
      ),
      headers: described(listOf(record({ key: text(), value: text() })), 'Passed on to the org.'),
      externalIdField: described(text({ minLength: 1 }), 'Upsert: the field that identifies the record.'),
      associations: described(anything, 'HubSpot only.'),
    },
  ),
);

const errorSchema = named(
  'WriteError',
  record({ message: text() }, { code: text(), providerCode: text(), fields: listOf(text()) }),
);
const resultSchema = record(
  { success: flag },
  { recordId: text(), created: described(flag, 'Upsert: a new record.'), errors: listOf(errorSchema) },
);

export const writeAnswerSchema = named(
  'WriteAnswer',
  record(
    { operationId: text() },
    {
      result: described(resultSchema, 'Of one record.'),
      success: flag,
      successCount: integer({ min: 0 }),
      failureCount: integer({ min: 0 }),
      results: described(listOf(resultSchema), 'Of a batch, in the order of the request.'),
      errors: listOf(errorSchema),
      warnings: listOf(text()),
      deadline: described(time, 'Asynchronous: when it is given up.'),
      sentBy: described(time, 'Gathered records: when they are sent at the latest.'),
    },
  ),
  'One record has `result`, a batch `results` with counts, an asynchronous write neither.',
);
