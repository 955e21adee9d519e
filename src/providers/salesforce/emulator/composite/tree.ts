import { type RowError, SalesforceFault, type Transaction } from '../org.ts';
import { loadDescribe, objectOf } from '../rest/describe.ts';
import { rowErrors, write } from '../rest/write.ts';
import { type Answer, type Call, objectBody, objectList } from '../server/call.ts';
import type { World } from '../world.ts';
import { invalid } from './run-parts.ts';

const maxRecords = 200;
const maxTypes = 5;
const maxLevels = 5;

interface Node {
  object: string;
  referenceId: string;
  values: Record<string, unknown>;
  children: { field: string; node: Node }[];
}

/** `POST /composite/tree/X`: nested new records, all or nothing; a failure names the failing records only. */
export function createTree(call: Call, world: World): Answer {
  const records = objectList(objectBody(call).records, 'records');
  if (records.length === 0) throw invalid('The request has no records');
  const root = objectOf(call, world);
  const nodes = records.map((record) => readNode(call, world, record, 1));
  checkTree(nodes, root);
  const results: { referenceId: string; id: string }[] = [];
  const failures: { referenceId: string; errors: RowError[] }[] = [];
  write(call, world, (transaction) =>
    transaction.savepoint(() => {
      for (const node of nodes) insertNode(transaction, node, {}, results, failures);
      return failures.length === 0;
    }),
  );
  if (failures.length === 0) return { status: 201, json: { hasErrors: false, results } };
  const errors = failures.map(({ referenceId, errors }) => ({ referenceId, errors: rowErrors(errors) }));
  return { status: 400, json: { hasErrors: true, results: errors } };
}

function readNode(call: Call, world: World, record: Record<string, unknown>, level: number): Node {
  const { attributes, ...rest } = record as { attributes?: { type?: string; referenceId?: string } };
  if (typeof attributes?.type !== 'string' || typeof attributes.referenceId !== 'string') {
    throw new SalesforceFault(400, 'INVALID_INPUT', 'Every record needs attributes with type and referenceId');
  }
  if (level > maxLevels) throw invalid(`A tree may be ${maxLevels} levels deep`);
  const object = objectOf(call, world, attributes.type);
  const node: Node = { object, referenceId: attributes.referenceId, values: {}, children: [] };
  const { childRelationships } = loadDescribe(call, world, object);
  for (const [name, value] of Object.entries(rest)) {
    const records = (value as { records?: unknown } | null)?.records;
    if (!Array.isArray(records)) {
      node.values[name] = value;
      continue;
    }
    const relation = childRelationships.find(
      ({ relationshipName }) => relationshipName?.toLowerCase() === name.toLowerCase(),
    );
    if (!relation) throw new SalesforceFault(400, 'INVALID_FIELD', `No such relation '${name}' on entity '${object}'`);
    for (const child of objectList(records, name)) {
      node.children.push({ field: relation.field, node: readNode(call, world, child, level + 1) });
    }
  }
  return node;
}

function checkTree(roots: Node[], rootObject: string): void {
  const all: Node[] = [];
  const collect = (node: Node) => {
    all.push(node);
    for (const child of node.children) collect(child.node);
  };
  for (const root of roots) collect(root);
  if (roots.some(({ object }) => object !== rootObject))
    throw invalid(`Every top-level record must be of type ${rootObject}`);
  if (all.length > maxRecords) throw invalid(`The tree has ${all.length} records; at most ${maxRecords} are allowed`);
  if (new Set(all.map(({ object }) => object)).size > maxTypes)
    throw invalid(`A tree may hold ${maxTypes} types of records`);
  if (new Set(all.map(({ referenceId }) => referenceId)).size < all.length) throw invalid('Duplicate referenceId');
}

function insertNode(
  transaction: Transaction,
  node: Node,
  parent: Record<string, string>,
  results: { referenceId: string; id: string }[],
  failures: { referenceId: string; errors: RowError[] }[],
): void {
  const result = transaction.insert(node.object, { ...node.values, ...parent });
  if (!result.success) {
    failures.push({ referenceId: node.referenceId, errors: result.errors });
    return;
  }
  results.push({ referenceId: node.referenceId, id: result.id });
  for (const { field, node: child } of node.children)
    insertNode(transaction, child, { [field]: result.id }, results, failures);
}
