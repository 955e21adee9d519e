import { type RowResult, SalesforceFault, type Transaction } from '../org.ts';
import { loadDescribe } from '../rest/describe.ts';
import { refusedRow } from '../rest/write.ts';
import type { Call } from '../server/call.ts';
import { parseJson } from '../server/json.ts';
import type { World } from '../world.ts';
import { readCsv, renderCsvRow } from './csv-rows.ts';
import { readColumns, readValues } from './ingest-columns.ts';
import { type BatchOne, type JobOne, refused } from './one-job.ts';
import { describeRowErrors, writeBulkRow } from './write-row.ts';

const maxBatchRows = 10_000;
const chunkRows = 200;

/** Works a batch off as it comes: a query, or rows in transactions of 200. */
export function runBatchOne(call: Call, world: World, job: JobOne): BatchOne {
  if (!world.usage.takeBulkBatch()) throw refused('ExceededQuota', 'ApiBatchItems Limit exceeded.');
  return /^query/.test(job.operation) ? runQuery(call, world, job) : runRows(call, world, job);
}

function newBatch(world: World): BatchOne {
  return {
    id: world.bulk.newId('751'),
    createdAt: world.org.clock.now(),
    state: 'Completed',
    processed: 0,
    failed: 0,
    result: '',
  };
}

function runQuery(call: Call, world: World, job: JobOne): BatchOne {
  const batch = newBatch(world);
  try {
    const cursor = world.org.query(call.body.toString('utf8'), {
      userId: call.session!.userId,
      apiVersion: `${Number(call.version)}.0`,
      includeDeleted: job.operation === 'queryAll',
      bulk: true,
    });
    const format = { delimiter: ',', lineEnding: '\n' as const };
    batch.result =
      job.contentType === 'CSV'
        ? cursor.csv(0, cursor.totalSize, format).toString('utf8')
        : jsonRows(call, world, job, cursor.json(0, cursor.totalSize));
    batch.processed = cursor.totalSize;
    batch.resultId = world.bulk.newId('752');
    cursor.close();
  } catch (error) {
    if (!(error instanceof SalesforceFault)) throw error;
    Object.assign(batch, {
      state: 'Failed',
      stateMessage: `InvalidBatch : Failed to process query: ${error.errorCode}: ${error.message}`,
    });
  }
  return batch;
}

/** JSON results give date-times as epoch milliseconds here, unlike everywhere else (trap 30). */
function jsonRows(call: Call, world: World, job: JobOne, json: string): string {
  const dateTimes = new Set(
    loadDescribe(call, world, job.object).fields.flatMap(({ name, type }) => (type === 'datetime' ? [name] : [])),
  );
  const rows = JSON.parse(json) as Record<string, unknown>[];
  for (const row of rows) {
    for (const name of dateTimes)
      if (typeof row[name] === 'string') row[name] = Date.parse(row[name].replace('+0000', 'Z'));
  }
  return JSON.stringify(rows);
}

interface RowOne {
  values: Record<string, unknown>;
  id?: string;
  error?: string;
}

function runRows(call: Call, world: World, job: JobOne): BatchOne {
  const batch = newBatch(world);
  const rows = job.contentType === 'CSV' ? csvRows(call, world, job) : jsonBatch(call);
  if (typeof rows === 'string') return Object.assign(batch, { state: 'Failed' as const, stateMessage: rows });
  if (rows.length > maxBatchRows) throw refused('ExceededQuota', `A batch may have ${maxBatchRows} records`);
  const client = /client=([^,]*)/i.exec(call.headers['sforce-call-options'] ?? '')?.[1];
  const changeOrigin = `com/salesforce/api/bulkapi/${call.version}${client ? `;client=${client}` : ''}`;
  const results: RowResult[] = [];
  for (let at = 0; at < rows.length; at += chunkRows) {
    world.org.commit({ userId: job.createdById, changeOrigin }, (transaction) => {
      for (const row of rows.slice(at, at + chunkRows)) results.push(writeRow(job, transaction, row));
    });
  }
  batch.processed = results.length;
  batch.failed = results.filter(({ success }) => !success).length;
  batch.result = job.contentType === 'CSV' ? csvResult(results) : JSON.stringify(results.map(jsonResult));
  return batch;
}

function csvRows(call: Call, world: World, job: JobOne): RowOne[] | string {
  const table = readCsv(call.body, ',');
  const read = readColumns(table.names, loadDescribe(call, world, job.object));
  if ('unknown' in read) return `InvalidBatch : Field name not found : ${read.unknown}`;
  return [...table.rows].map(({ values: texts }) => {
    const row = readValues(read.columns, texts);
    return 'error' in row ? { values: {}, error: row.error } : row;
  });
}

function jsonBatch(call: Call): RowOne[] {
  return (parseJson(call.body.toString('utf8')) as Record<string, unknown>[]).map(
    ({ Id, id, attributes: _a, ...values }) => {
      const key = Id ?? id;
      return { values, ...(typeof key === 'string' ? { id: key } : {}) };
    },
  );
}

function writeRow(job: JobOne, transaction: Transaction, row: RowOne): RowResult {
  return row.error === undefined ? writeBulkRow(transaction, job, row) : refusedRow('INVALID_FIELD', row.error);
}

const errorText = (result: RowResult) => (result.success ? '' : describeRowErrors(result));

function csvResult(results: RowResult[]): string {
  const lines = results.map((result) =>
    renderCsvRow(
      [result.id ?? '', String(result.success), String(result.success && result.created), errorText(result)],
      ',',
    ),
  );
  return `${['"Id","Success","Created","Error"', ...lines].join('\n')}\n`;
}

const jsonResult = (result: RowResult) => ({
  success: result.success,
  created: result.success && result.created,
  id: result.id ?? null,
  errors: result.success
    ? []
    : result.errors.map(({ statusCode, message, fields }) => ({ statusCode, message, fields })),
});
