import { type RowResult, SalesforceFault, type Transaction } from '../org.ts';
import { objectOf } from '../rest/describe.ts';
import { queryOptions } from '../rest/query.ts';
import { refusedRow, rowErrors, upsertRow, write } from '../rest/write.ts';
import { type Answer, type Call, objectBody, objectList } from '../server/call.ts';
import type { World } from '../world.ts';

const maxRows = 200;
const maxRetrieved = 2000;

interface Row {
  object: string;
  id: string | undefined;
  values: Record<string, unknown>;
}

/** `POST /composite/sobjects`: up to 200 new rows of any objects. */
export function createCollection(call: Call, world: World): Answer {
  return writeRows(call, world, readRows(call, world), (transaction, { object, values }) =>
    transaction.insert(object, values),
  );
}

export function updateCollection(call: Call, world: World): Answer {
  return writeRows(call, world, readRows(call, world), updateRow);
}

function updateRow(transaction: Transaction, { object, id, values }: Row): RowResult {
  if (id !== undefined) return transaction.update(object, id, values);
  return refusedRow('MISSING_ARGUMENT', 'Id not specified in an update call', ['Id']);
}

/** `PATCH /composite/sobjects/{type}/{field}`; by `Id` a row without one is inserted. */
export function upsertCollection(call: Call, world: World): Answer {
  const object = objectOf(call, world);
  const field = call.params.field!;
  const rows = readRows(call, world);
  return writeRows(call, world, rows, (transaction, row) => upsertRow(transaction, object, field, row), {
    upsert: true,
  });
}

/** `DELETE /composite/sobjects?ids=a,b`. */
export function deleteCollection(call: Call, world: World): Answer {
  const ids = (call.query.get('ids') ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  checkSize(ids.length);
  const objects = objectsByPrefix(call, world);
  const rows = ids.map((id) => ({ object: objects.get(id.slice(0, 3)) ?? '', id, values: {} }));
  const allOrNone = call.query.get('allOrNone') === 'true';
  const deleteRow = (transaction: Transaction, { object, id }: Row): RowResult => {
    if (object !== '') return transaction.delete(object, id!);
    return refusedRow('MALFORMED_ID', `malformed id ${id}`);
  };
  return writeRows(call, world, rows, deleteRow, { allOrNone });
}

/** `POST /composite/sobjects/{type}` `{ids, fields}` and its GET form: null for rows that are not there. */
export function retrieveCollection(call: Call, world: World): Answer {
  const object = objectOf(call, world);
  const list = (name: string) =>
    call.query
      .get(name)
      ?.split(',')
      .map((text) => text.trim());
  const body = call.method === 'POST' ? objectBody(call) : { ids: list('ids'), fields: list('fields') };
  const { ids, fields } = body as { ids?: string[]; fields?: string[] };
  if (!Array.isArray(ids) || !Array.isArray(fields)) {
    throw new SalesforceFault(400, 'MISSING_ARGUMENT', 'Both ids and fields are required');
  }
  if (ids.length > maxRetrieved) throw tooMany(maxRetrieved);
  const options = queryOptions(call);
  return {
    status: 200,
    json: ids.map((id) => {
      try {
        return world.org.retrieve(object, { id }, fields, options);
      } catch (error) {
        if (error instanceof SalesforceFault && error.status === 404) return null;
        throw error;
      }
    }),
  };
}

function readRows(call: Call, world: World): Row[] {
  const { records } = objectBody(call);
  checkSize(Array.isArray(records) ? records.length : 0);
  return objectList(records, 'records').map((record) => {
    const { attributes, ...rest } = record as { attributes?: { type?: string } };
    if (typeof attributes?.type !== 'string') {
      throw new SalesforceFault(
        400,
        'INVALID_INPUT',
        "Missing entity information. 'attributes' with 'type' not found in request",
      );
    }
    const { id, Id, ...values } = rest as { id?: unknown; Id?: unknown };
    const key = id ?? Id;
    return {
      object: objectOf(call, world, attributes.type),
      id: typeof key === 'string' && key !== '' ? key : undefined,
      values,
    };
  });
}

function checkSize(rows: number): void {
  if (rows === 0) throw new SalesforceFault(400, 'REQUIRED_FIELD_MISSING', 'At least 1 record is required');
  if (rows > maxRows) throw tooMany(maxRows);
}

const tooMany = (rows: number) =>
  new SalesforceFault(
    400,
    'EXCEEDED_ID_LIMIT',
    `record limit reached. cannot submit more than ${rows} records into this call`,
  );

const rolledBack = {
  statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  message: 'Record rolled back because not all records were valid and the request was using AllOrNone header',
  fields: [],
};

function writeRows(
  call: Call,
  world: World,
  rows: Row[],
  writeRow: (transaction: Transaction, row: Row) => RowResult,
  options: { allOrNone?: boolean; upsert?: boolean } = {},
): Answer {
  const allOrNone = options.allOrNone ?? (call.method !== 'DELETE' && objectBody(call).allOrNone === true);
  const results: RowResult[] = [];
  let undone = false;
  write(call, world, (transaction) => {
    const writeAll = () => {
      for (const row of rows) results.push(writeRow(transaction, row));
      undone = allOrNone && results.some(({ success }) => !success);
      return !undone;
    };
    // The outer request decides about undoing when there is one: its rows keep saying success (facts 13).
    if (allOrNone && !call.transaction) transaction.savepoint(writeAll);
    else writeAll();
  });
  const failed = results.some(({ success }) => !success);
  return {
    status: 200,
    json: results.map((result) => describeRow(result, undone && !call.transaction, options.upsert === true)),
    ...(failed ? { rowsFailed: true } : {}),
  };
}

function describeRow(result: RowResult, undone: boolean, upsert: boolean): Record<string, unknown> {
  if (result.success && !undone) {
    return { id: result.id, success: true, errors: [], ...(upsert ? { created: result.created } : {}) };
  }
  const errors = result.success ? [rolledBack] : rowErrors(result.errors);
  // In a failed all-or-none upsert every failed row claims to have been created.
  return { success: false, errors, ...(upsert ? { created: undone } : {}) };
}

function objectsByPrefix(call: Call, world: World): Map<string, string> {
  const global = world.org.schema.describeGlobal(call.session!.userId, call.version) as {
    sobjects: { name: string; keyPrefix: string | null }[];
  };
  return new Map(
    global.sobjects.flatMap(({ name, keyPrefix }) => (keyPrefix === null ? [] : [[keyPrefix, name] as const])),
  );
}
