import type { Database } from '../../../../store/database.ts';
import type { EmulatorClock, QueryDescription, QueryOptions, RecordCursor, RecordJson } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Schema } from '../schema/org-schema.ts';
import type { Condition, Query } from './ast.ts';
import { checkBulkColumns, checkBulkQuery } from './bulk-rules.ts';
import { ChildRegistry, fillNextUrls } from './child-paging.ts';
import { defineTextFunctions, jsonColumn } from './column-text.ts';
import type { CompiledQuery, RowsQuery } from './compile-query.ts';
import { compileQuery } from './compile-query.ts';
import { childRelationship } from './compile-select.ts';
import { createCursorTable, eagerRows, parseExact, TableCursor, TextCursor } from './cursor.ts';
import { describeColumns } from './describe-query.ts';
import { parseQuery } from './parser.ts';
import type { Compilation } from './scope.ts';
import { newRoot, resolvePath } from './scope.ts';
import { runSearch } from './search.ts';
import { branchAt, branchJson, leafJson, newBranch } from './select-tree.ts';
import { StatementCache } from './statement-cache.ts';
import { zoneOffsetMs } from './time-zone.ts';

const defaultChildRows = 2000;
const defaultZone = 'America/Los_Angeles';

/** Runs SOQL and SOSL of one org: parse, bind to the schema as the user sees it, let SQLite do the rest. */
export class QueryEngine {
  readonly #db: Database;
  readonly #schema: Schema;
  readonly #clock: EmulatorClock;
  readonly #statements: StatementCache;

  constructor(db: Database, schema: Schema, clock: EmulatorClock) {
    this.#db = db;
    this.#schema = schema;
    this.#clock = clock;
    this.#statements = new StatementCache(db);
    createCursorTable(db);
    defineTextFunctions(db);
    db.define('local_ms', (ms, zone) => (typeof ms === 'number' ? ms + zoneOffsetMs(ms, String(zone)) : null));
  }

  query(soql: string, options: QueryOptions): RecordCursor {
    const parsed = parseQuery(soql);
    if (options.bulk) checkBulkQuery(parsed, soql);
    return this.#open(soql, parsed, options);
  }

  describe(soql: string, options: QueryOptions): QueryDescription {
    const parsed = parseQuery(soql);
    const registry = new ChildRegistry(1);
    compileQuery(this.#compilation(soql, parsed, options), parsed, registry);
    return describeColumns(this.#compilation(soql, parsed, options), parsed);
  }

  search(sosl: string, options: QueryOptions): RecordJson[] {
    return runSearch(this.#db, sosl, (source) => this.#newCompilation(source, options, false));
  }

  /** One live record, every readable field unless `fields` says which. */
  retrieve(
    object: ObjectDefinition,
    id: string,
    fields: string[] | undefined,
    options: QueryOptions,
  ): RecordJson | undefined {
    const compilation = this.#newCompilation(fields?.join(',') ?? '', options, options.includeDeleted === true);
    const node = newRoot(compilation, object);
    const branch = newBranch(node);
    const names = fields ?? this.#schema.fields(object, options.userId).map((field) => field.name);
    for (const name of names) {
      const path = name.trim().split('.');
      if (fields) this.#checkRetrieved(object, path, options.userId);
      const resolved = resolvePath(node, path, 0);
      const owner = branchAt(branch, resolved.path.slice(0, -1));
      const json =
        resolved.node.kind === 'table'
          ? leafJson(resolved.node, resolved.field)
          : jsonColumn(resolved.field.type, resolved.sql);
      owner.entries.set(resolved.field.name.toLowerCase(), { key: resolved.field.name, json });
    }
    if (!branch.entries.has('id')) branch.entries.set('id', { key: 'Id', json: leafJson(node, object.fields[0]!) });
    const live =
      options.includeDeleted || !object.fields.some((field) => field.name === 'IsDeleted')
        ? ''
        : ` AND ${node.alias}."IsDeleted" = 0`;
    const json = branchJson(branch, options.apiVersion);
    const from = [`"${object.name}" ${node.alias}`, ...node.root.joins].join(' ');
    const row = this.#statements
      .prepare(`SELECT ${json} AS r FROM ${from} WHERE ${node.alias}."Id" = ?1${live}`)
      .get<{ r: string }>(id);
    return row && parseExact(`[${row.r}]`)[0];
  }

  /** For formulas outside of queries. */
  compilationFor(userId: string): Compilation {
    return this.#newCompilation('', { userId, apiVersion: '66.0' }, true);
  }

  #checkRetrieved(object: ObjectDefinition, path: string[], userId: string): void {
    if (path.length > 1 || this.#schema.field(object, path[0]!, userId)) return;
    throw new SalesforceFault(400, 'INVALID_FIELD', `No such column '${path[0]}' on sobject of type ${object.name}`);
  }

  #open(soql: string, parsed: Query, options: QueryOptions): RecordCursor {
    const registry = new ChildRegistry(
      options.childUrl ? (options.childPageRows ?? defaultChildRows) : Number.MAX_SAFE_INTEGER,
    );
    const compiled = compileQuery(this.#compilation(soql, parsed, options), parsed, registry);
    if (options.bulk && compiled.kind === 'rows') checkBulkColumns(compiled.columns);
    if (compiled.kind === 'rows') return this.#openRows(compiled, soql, registry, options);
    return this.#openWhole(compiled);
  }

  #openWhole(compiled: Exclude<CompiledQuery, RowsQuery>): RecordCursor {
    const statement = this.#statements.prepare(compiled.sql);
    if (compiled.kind === 'count') {
      const { n } = statement.get<{ n: number }>(...compiled.params)!;
      return new TextCursor(compiled.object.name, [], n);
    }
    const rows = statement.all<{ r: string }>(...compiled.params).map((row) => row.r);
    return new TextCursor('AggregateResult', rows);
  }

  #openRows(compiled: RowsQuery, soql: string, registry: ChildRegistry, options: QueryOptions): RecordCursor {
    const finish = this.#childUrls(soql, registry, options);
    if (!options.bulk) {
      const first = this.#statements
        .prepare(
          `SELECT r FROM (SELECT ${compiled.json} AS r FROM ${compiled.from}${compiled.tail}) LIMIT ${eagerRows + 1}`,
        )
        .all<{ r: string }>(...compiled.params);
      if (first.length <= eagerRows) {
        return new TextCursor(
          compiled.object.name,
          first.map((row) => row.r),
          first.length,
          finish,
        );
      }
    }
    return new TableCursor(this.#db, compiled, finish);
  }

  /** Child lists that go on get a URL whose result is the whole list, opened when somebody asks. */
  #childUrls(soql: string, registry: ChildRegistry, options: QueryOptions): (json: string) => string {
    const { childUrl } = options;
    if (!childUrl || registry.children.length === 0) return (json) => json;
    return (json) =>
      fillNextUrls(json, (child, parentId) =>
        childUrl(() => this.#openChildren(soql, registry.children[child]!.query, parentId, options), registry.pageRows),
      );
  }

  #openChildren(soql: string, query: Query, parentId: string, options: QueryOptions): RecordCursor {
    const parent = this.#schema.objectOfId(parentId)!;
    const { child, field } = childRelationship(newRoot(this.#compilation(soql, query, options), parent), query);
    const ofParent: Condition = {
      kind: 'compare',
      left: { kind: 'path', parts: [field.name], at: query.at },
      operator: '=',
      right: { kind: 'string', value: parentId, at: query.at },
      at: query.at,
    };
    const whole: Query = {
      ...query,
      from: [{ ...query.from[0]!, path: [child.name] }],
      where: query.where ? { kind: 'and', parts: [ofParent, query.where] } : ofParent,
    };
    return this.#open(soql, whole, options);
  }

  #compilation(soql: string, parsed: Query, options: QueryOptions): Compilation {
    return this.#newCompilation(soql, options, options.includeDeleted === true || parsed.allRows);
  }

  #newCompilation(source: string, options: QueryOptions, includeDeleted: boolean): Compilation {
    return {
      schema: this.#schema,
      source,
      userId: options.userId,
      apiVersion: options.apiVersion,
      zone: this.#zoneOf(options.userId),
      now: this.#clock.now(),
      includeDeleted,
      params: [],
      aliases: 0,
    };
  }

  #zoneOf(userId: string): string {
    const row = this.#db
      .prepare('SELECT "TimeZoneSidKey" AS zone FROM "User" WHERE "Id" = ?')
      .get<{ zone: string | null }>(userId);
    return row?.zone ?? defaultZone;
  }
}
