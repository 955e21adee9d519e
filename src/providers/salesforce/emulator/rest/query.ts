import type { QueryOptions } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import { type Answer, type Call, jsonText } from '../server/call.ts';
import type { World } from '../world.ts';
import type { RowSource } from './locators.ts';

/** Children of one row that travel with it; the rest pages on its own. */
const childPageRows = 200;

/** `GET /query?q=` and `/queryAll?q=`, with `columns=true` and `explain=`. */
export const runQuery =
  (includeDeleted: boolean) =>
  (call: Call, world: World): Answer => {
    const explain = call.query.get('explain');
    if (explain !== null) return explainQuery(explain, call, world);
    const soql = call.query.get('q');
    if (soql === null) throw new SalesforceFault(400, 'MALFORMED_QUERY', 'A query string has to be specified');
    const options = queryOptions(call, includeDeleted);
    if (call.query.get('columns') === 'true') return { status: 200, json: world.org.describeQuery(soql, options) };
    const cursor = world.org.query(soql, { ...options, childPageRows, childUrl: childUrl(call, world) });
    return answerPage(call, world, cursor, { offset: 0, pageRows: pageSize(call, world) });
  };

/** `GET /query/{locator}`. */
export function readMore(call: Call, world: World): Answer {
  const { id, source, offset, pageRows } = world.locators.find(call.params.locator!, call.session!.userId);
  const asked = call.headers['sforce-query-options'] === undefined ? pageRows : pageSize(call, world);
  return answerPage(call, world, source, { id, offset, pageRows: asked });
}

export function queryOptions(call: Call, includeDeleted = false): QueryOptions {
  return { userId: call.session!.userId, apiVersion: call.version, ...(includeDeleted ? { includeDeleted } : {}) };
}

export function answerPage(
  call: Call,
  world: World,
  source: RowSource,
  page: { id?: string; offset: number; pageRows: number },
): Answer {
  const rows = call.forced.pageRows ?? page.pageRows;
  const next = Math.min(page.offset + rows, source.totalSize);
  const records = next > page.offset ? source.json(page.offset, next - page.offset) : '[]';
  const done = next >= source.totalSize;
  let more = '';
  if (!done) {
    const id = page.id ?? world.locators.keep(call.session!.userId, source, page.pageRows);
    more = `,"nextRecordsUrl":"/services/data/v${call.version}/query/${id}-${next}"`;
  }
  return jsonText(`{"totalSize":${source.totalSize},"done":${done}${more},"records":${records}}`);
}

/** 200 to 2,000 rows by `Sforce-Query-Options: batchSize=`; never more than the org's own page. */
function pageSize(call: Call, world: World): number {
  const asked = Number(/batchSize=(\d+)/i.exec(call.headers['sforce-query-options'] ?? '')?.[1] ?? 2000);
  return Math.min(Math.max(200, Math.min(2000, asked)), world.settings.pageRows);
}

/** A child list that goes on elsewhere: its rows are looked up when somebody asks for them. */
function childUrl(call: Call, world: World): NonNullable<QueryOptions['childUrl']> {
  return (open, offset) => {
    let opened: RowSource | undefined;
    const rows = () => {
      opened ??= open();
      return opened;
    };
    const source: RowSource = {
      get totalSize() {
        return rows().totalSize;
      },
      json: (from, limit) => rows().json(from, limit),
      close: () => opened?.close(),
    };
    const id = world.locators.keep(call.session!.userId, source, childPageRows);
    return `/services/data/v${call.version}/query/${id}-${offset}`;
  };
}

function explainQuery(soql: string, call: Call, world: World): Answer {
  const cursor = world.org.query(soql, queryOptions(call));
  const cardinality = cursor.totalSize;
  const sobjectCardinality = world.org.count(cursor.object);
  const plan = {
    cardinality,
    fields: [],
    leadingOperationType: 'TableScan',
    notes: [],
    relativeCost: sobjectCardinality === 0 ? 0 : Number((0.1 + (2.7 * cardinality) / sobjectCardinality).toFixed(3)),
    sobjectCardinality,
    sobjectType: cursor.object,
  };
  return { status: 200, json: { plans: [plan], sourceQuery: soql } };
}

/** `GET|POST search?q=FIND {…} …`: an object from v37, a bare array before. */
export function runSearch(call: Call, world: World): Answer {
  const sosl = call.query.get('q') ?? '';
  const records = world.org.search(sosl, queryOptions(call));
  return { status: 200, json: Number(call.version) >= 37 ? { searchRecords: records } : records };
}
