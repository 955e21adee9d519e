import { SalesforceFault } from '../org.ts';

/** Rows of one tooling object, flat. */
export type ToolingRows = Record<string, unknown>[];

const clause =
  /^\s*select\s+(.+?)\s+from\s+(\w+)(?:\s+where\s+(.+?))?(?:\s+order\s+by\s+\w+(?:\s+(?:asc|desc))?)?(?:\s+limit\s+(\d+))?\s*$/is;
const condition = /^([\w.]+)\s*(=|!=|in)\s*(\(.*\)|'(?:[^'\\]|\\.)*'|true|false|null)$/is;

/**
 * The little SOQL tooling clients send: fields or COUNT(), `=`, `!=` and IN joined by AND, LIMIT. Throws INVALID_TYPE for
 * objects that are not served, INVALID_FIELD and MALFORMED_QUERY.
 */
export function queryTooling(
  soql: string,
  apiVersion: string,
  rowsOf: (object: string) => { name: string; rows: ToolingRows } | undefined,
) {
  const [, select, object, where, limit] = clause.exec(soql) ?? [];
  if (select === undefined) throw new SalesforceFault(400, 'MALFORMED_QUERY', 'unexpected token');
  const table = rowsOf(object!);
  if (!table) {
    const message = `sObject type '${object}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`;
    throw new SalesforceFault(400, 'INVALID_TYPE', message);
  }
  const tests = (where ?? '')
    .split(/\s+and\s+/i)
    .filter((text) => text.trim() !== '')
    .map(readCondition);
  const rows = table.rows.filter((row) => tests.every((test) => test(row))).slice(0, Number(limit ?? 2000));
  if (/^count\(\s*\)$/i.test(select.trim()))
    return {
      size: rows.length,
      totalSize: rows.length,
      done: true,
      queryLocator: null,
      entityTypeName: table.name,
      records: [],
    };
  const names = select.split(',').map((name) => name.trim());
  if (rows.length > 1 && names.some((name) => /^(?:metadata|fullname)$/i.test(name))) {
    const message =
      'When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than one row for retrieval.';
    throw new SalesforceFault(400, 'MALFORMED_QUERY', message);
  }
  const records = rows.map((row) => ({
    attributes: {
      type: table.name,
      url: `/services/data/v${apiVersion}/tooling/sobjects/${table.name}/${String(row.Id)}`,
    },
    ...Object.fromEntries(names.map((name) => pick(row, name, table.name))),
  }));
  return {
    size: records.length,
    totalSize: records.length,
    done: true,
    queryLocator: null,
    entityTypeName: table.name,
    records,
  };
}

function readCondition(text: string): (row: Record<string, unknown>) => boolean {
  const [, field, operator, value] = condition.exec(text.trim()) ?? [];
  if (field === undefined) throw new SalesforceFault(400, 'MALFORMED_QUERY', `unexpected token: '${text.trim()}'`);
  const values = value!.startsWith('(')
    ? value!
        .slice(1, -1)
        .split(',')
        .map((item) => literal(item.trim()))
    : [literal(value!)];
  return (row) => {
    const found = values.some((wanted) => sameValue(pick(row, field, '')[1], wanted));
    return operator === '!=' ? !found : found;
  };
}

function literal(text: string): unknown {
  if (text.startsWith("'")) return text.slice(1, -1).replace(/\\(.)/g, '$1');
  return text.toLowerCase() === 'null' ? null : text.toLowerCase() === 'true';
}

const sameValue = (a: unknown, b: unknown) =>
  typeof a === 'string' && typeof b === 'string' ? a.toLowerCase() === b.toLowerCase() : a === b;

function pick(row: Record<string, unknown>, name: string, object: string): [string, unknown] {
  const key = Object.keys(row).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (key === undefined)
    throw new SalesforceFault(400, 'INVALID_FIELD', `No such column '${name}' on entity '${object}'.`);
  return [key, row[key]];
}
