import { createHash } from 'node:crypto';
import { SalesforceFault } from '../org.ts';
import { type Answer, type Call, objectBody } from '../server/call.ts';
import { data, type Route } from '../server/router.ts';
import type { World } from '../world.ts';
import { loadDescribe, objectOf } from './describe.ts';
import { queryOptions } from './query.ts';
import { rowFault, write } from './write.ts';

/** Larger bodies are not remembered. */
const maxKeyedBytes = 9 * 1024 * 1024;

const uuidVersion4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Answers by `Idempotency-Key` and user: sending a call again gives the first answer again. */
export type IdempotentAnswers = Map<string, { request: string; answer: Answer }>;

function once(call: Call, world: World, work: () => Answer): Answer {
  const key = call.headers['idempotency-key'];
  if (key === undefined || call.body.length > maxKeyedBytes) return work();
  if (!uuidVersion4.test(key))
    throw new SalesforceFault(400, 'INVALID_INPUT', 'The Idempotency-Key header is not a UUID of version 4');
  const slot = `${call.session!.userId} ${key}`;
  const request = createHash('sha256').update(`${call.method} ${call.path} `).update(call.body).digest('hex');
  const earlier = world.idempotentAnswers.get(slot);
  if (earlier) {
    if (earlier.request === request) return { ...earlier.answer };
    throw new SalesforceFault(400, 'INVALID_INPUT', 'The idempotency key was used with another request');
  }
  const answer = work();
  world.idempotentAnswers.set(slot, { request, answer: { ...answer } });
  return answer;
}

function createUiRecord(call: Call, world: World): Answer {
  return once(call, world, () => {
    const { apiName, fields } = objectBody(call) as { apiName?: string; fields?: Record<string, unknown> };
    const object = objectOf(call, world, apiName ?? '');
    const result = write(call, world, (transaction) => transaction.insert(object, fields ?? {}));
    if (!result.success) throw rowFault(result);
    return { status: 201, json: describeRecord(call, world, object, result.id) };
  });
}

function updateUiRecord(call: Call, world: World): Answer {
  return once(call, world, () => {
    const { fields } = objectBody(call) as { fields?: Record<string, unknown> };
    const object = objectOfId(call, world);
    const result = write(call, world, (transaction) => transaction.update(object, call.params.id!, fields ?? {}));
    if (!result.success) throw rowFault(result);
    return { status: 200, json: describeRecord(call, world, object, result.id) };
  });
}

function deleteUiRecord(call: Call, world: World): Answer {
  return once(call, world, () => {
    const object = objectOfId(call, world);
    const result = write(call, world, (transaction) => transaction.delete(object, call.params.id!));
    if (!result.success) throw rowFault(result);
    return { status: 204 };
  });
}

function readUiRecord(call: Call, world: World): Answer {
  return { status: 200, json: describeRecord(call, world, objectOfId(call, world), call.params.id!) };
}

function objectOfId(call: Call, world: World): string {
  const global = world.org.schema.describeGlobal(call.session!.userId, call.version) as {
    sobjects: { name: string; keyPrefix: string | null }[];
  };
  const found = global.sobjects.find(({ keyPrefix }) => keyPrefix === call.params.id!.slice(0, 3));
  if (!found) throw new SalesforceFault(400, 'MALFORMED_ID', `malformed id ${call.params.id}`);
  return found.name;
}

/** `fields` of the query (`Account.Name,Account.Phone`), or every plain field. */
function describeRecord(call: Call, world: World, object: string, id: string) {
  const asked = call.query
    .get('fields')
    ?.split(',')
    .map((name) => name.trim().replace(/^\w+\./, ''));
  const plain = loadDescribe(call, world, object).fields.filter(
    ({ type }) => type !== 'address' && type !== 'location',
  );
  const row = world.org.retrieve(object, { id }, asked ?? plain.map(({ name }) => name), queryOptions(call));
  const { attributes: _attributes, ...values } = row;
  const stamp = row.SystemModstamp ?? row.LastModifiedDate ?? null;
  return {
    apiName: object,
    childRelationships: {},
    fields: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { displayValue: null, value }])),
    id: typeof row.Id === 'string' ? row.Id : id,
    lastModifiedDate: stamp,
    recordTypeId: row.RecordTypeId ?? null,
    systemModstamp: stamp,
  };
}

export const uiApiRoutes: Route[] = [
  data('POST', '/ui-api/records', createUiRecord),
  data('GET', '/ui-api/records/:id', readUiRecord),
  data('PATCH', '/ui-api/records/:id', updateUiRecord),
  data('DELETE', '/ui-api/records/:id', deleteUiRecord),
];
