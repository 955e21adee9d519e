import { type RecordKey, type RowResult, SalesforceFault } from '../org.ts';
import { type Answer, type Call, notFound, objectBody } from '../server/call.ts';
import { isMultipart, readMultipart } from '../server/multipart.ts';
import type { World } from '../world.ts';
import { checkConditions, hasConditions, rowTag, type Validators, validatorHeaders } from './conditional.ts';
import { loadDescribe, objectOf } from './describe.ts';
import { answerPage, queryOptions } from './query.ts';
import { rowFault, write } from './write.ts';

const recordUrl = (call: Call, object: string, id: string) =>
  `/services/data/v${call.version}/sobjects/${object}/${id}`;

/** `POST /sobjects/X` and `POST /sobjects/X/Id`. A `__e` object publishes a platform event instead of storing a row. */
export function createRecord(call: Call, world: World): Answer {
  if (/__e$/i.test(call.params.object!)) return publishEvent(call, world);
  const object = objectOf(call, world);
  const values = isMultipart(call) ? multipartValues(call) : objectBody(call);
  const result = write(call, world, (transaction) => transaction.insert(object, values));
  if (!result.success) throw rowFault(result);
  return {
    status: 201,
    headers: { location: recordUrl(call, object, result.id) },
    json: { id: result.id, success: true, errors: [] },
  };
}

function publishEvent(call: Call, world: World): Answer {
  const { id, uuid } = world.events.publish(call.params.object!, objectBody(call), call.session!.userId);
  // Success with an entry in `errors`: that is how the platform says "queued".
  const queued = { statusCode: 'OPERATION_ENQUEUED', message: uuid, fields: [] };
  return { status: 201, json: { id, success: true, errors: [queued] } };
}

/** The JSON part holds the fields; every binary part is the base64 of the field it is named after. */
function multipartValues(call: Call): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const part of readMultipart(call)) {
    if (part.contentType.includes('json')) Object.assign(values, JSON.parse(part.body.toString('utf8')));
    else values[part.name] = part.body.toString('base64');
  }
  return values;
}

export function retrieveRecord(call: Call, world: World): Answer {
  return retrieveBy(call, world, { id: call.params.id! });
}

export function retrieveByExternalId(call: Call, world: World): Answer {
  const relation = relationTarget(call, world);
  if (relation) return relation;
  return retrieveBy(call, world, { externalId: call.params.field!, value: call.params.value! });
}

function retrieveBy(call: Call, world: World, key: RecordKey): Answer {
  const object = objectOf(call, world);
  const fields = call.query
    .get('fields')
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return multipleChoices(call, object, () => {
    const validators =
      hasConditions(call) || object === 'Account' ? rowValidators(call, world, object, key) : undefined;
    const unchanged = validators && checkConditions(call, validators);
    if (unchanged) return unchanged;
    const record = world.org.retrieve(object, key, fields, queryOptions(call));
    return { status: 200, headers: validators ? validatorHeaders(validators) : {}, json: record };
  });
}

/** Age of a row. Rows without a stamp are always new. */
function rowValidators(call: Call, world: World, object: string, key: RecordKey): Validators {
  const names = new Set(loadDescribe(call, world, object).fields.map(({ name }) => name));
  const stampField = ['SystemModstamp', 'LastModifiedDate', 'CreatedDate'].find((name) => names.has(name));
  if (stampField === undefined) return { modifiedAt: world.org.clock.now() };
  const row = world.org.retrieve(object, key, ['Id', stampField], queryOptions(call));
  const stamp = String(row[stampField]);
  const modifiedAt = Date.parse(stamp.replace(/\+0000$/, 'Z'));
  return object === 'Account' ? { modifiedAt, etag: rowTag(String(row.Id), stamp) } : { modifiedAt };
}

export function updateRecord(call: Call, world: World): Answer {
  const object = objectOf(call, world);
  const id = call.params.id!;
  if (hasConditions(call)) checkConditions(call, rowValidators(call, world, object, { id }));
  const result = write(call, world, (transaction) => transaction.update(object, id, objectBody(call)));
  if (!result.success) throw rowFault(result);
  return { status: 204 };
}

export function deleteRecord(call: Call, world: World): Answer {
  const object = objectOf(call, world);
  return deleteById(call, world, object, call.params.id!);
}

function deleteById(call: Call, world: World, object: string, id: string): Answer {
  const result = write(call, world, (transaction) => transaction.delete(object, id));
  if (!result.success) throw rowFault(result);
  return { status: 204 };
}

/** `PATCH /sobjects/X/{field}/{value}`: 201 created; updated is 200 from v46 on, 204 before; several matches are 300. */
export function upsertRecord(call: Call, world: World): Answer {
  const object = objectOf(call, world);
  const { field, value } = call.params;
  const updateOnly = call.query.get('updateOnly') === 'true';
  const result = write(call, world, (transaction) =>
    transaction.upsert(object, field!, value!, objectBody(call), { updateOnly }),
  );
  if (!result.success) return refuseUpsert(call, object, result);
  const answer = { id: result.id, success: true, errors: [], created: result.created };
  if (result.created) return { status: 201, headers: { location: recordUrl(call, object, result.id) }, json: answer };
  return Number(call.version) >= 46 ? { status: 200, json: answer } : { status: 204 };
}

function refuseUpsert(call: Call, object: string, result: Extract<RowResult, { success: false }>): Answer {
  if (result.matches) return choices(call, object, result.matches);
  throw rowFault(result);
}

export function deleteByExternalId(call: Call, world: World): Answer {
  const object = objectOf(call, world);
  return multipleChoices(call, object, () => {
    const key = { externalId: call.params.field!, value: call.params.value! };
    const record = world.org.retrieve(object, key, ['Id'], queryOptions(call));
    return deleteById(call, world, object, record.Id as string);
  });
}

function multipleChoices(call: Call, object: string, find: () => Answer): Answer {
  try {
    return find();
  } catch (error) {
    const matches = error instanceof SalesforceFault && error.status === 300 ? error.extra?.matches : undefined;
    if (Array.isArray(matches)) return choices(call, object, matches as string[]);
    throw error;
  }
}

const choices = (call: Call, object: string, ids: string[]): Answer => ({
  status: 300,
  json: ids.map((id) => recordUrl(call, object, id)),
});

/** `/sobjects/Contact/{id}/Account` and `/sobjects/Account/{id}/Contacts`: a path along a relationship. */
function relationTarget(call: Call, world: World): Answer | undefined {
  const { field: id, value: name } = call.params;
  if (!/^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/.test(id!)) return undefined;
  const object = objectOf(call, world);
  const describe = loadDescribe(call, world, object);
  if (describe.fields.some((field) => field.name.toLowerCase() === id!.toLowerCase())) return undefined;
  const sameName = (other: string | null) => other?.toLowerCase() === name!.toLowerCase();
  const lookup = describe.fields.find((field) => sameName(field.relationshipName));
  const fields = call.query
    .get('fields')
    ?.split(',')
    .map((field) => field.trim());
  if (lookup) {
    const row = world.org.retrieve(object, { id: id! }, [lookup.name], queryOptions(call));
    const target = row[lookup.name];
    if (typeof target !== 'string') throw notFound();
    const parent =
      lookup.referenceTo.find((candidate) => isOf(call, world, candidate, target)) ?? lookup.referenceTo[0]!;
    return { status: 200, json: world.org.retrieve(parent, { id: target }, fields, queryOptions(call)) };
  }
  const child = describe.childRelationships.find(({ relationshipName }) => sameName(relationshipName));
  if (!child) throw notFound();
  world.org.retrieve(object, { id: id! }, ['Id'], queryOptions(call));
  const columns = fields ?? selectable(loadDescribe(call, world, child.childSObject));
  const soql = `SELECT ${columns.join(',')} FROM ${child.childSObject} WHERE ${child.field} = '${id}'`;
  return answerPage(call, world, world.org.query(soql, queryOptions(call)), {
    offset: 0,
    pageRows: world.settings.pageRows,
  });
}

function isOf(call: Call, world: World, object: string, id: string): boolean {
  return (
    world.org.schema.objectName(object) !== undefined && loadDescribe(call, world, object).keyPrefix === id.slice(0, 3)
  );
}

const selectable = (describe: { fields: { name: string; type: string }[] }) =>
  describe.fields.filter(({ type }) => type !== 'address' && type !== 'location').map(({ name }) => name);
