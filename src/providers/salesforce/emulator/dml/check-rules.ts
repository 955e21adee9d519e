import type { Database } from '../../../../store/database.ts';
import type { DuplicateRule, RowError, WriteOptions } from '../org.ts';
import { isStored, quoteName } from '../schema/columns.ts';
import type { ObjectDefinition } from '../schema/object.ts';
import type { Schema } from '../schema/org-schema.ts';
import { compileFormula } from '../soql/formula.ts';
import type { Compilation } from '../soql/scope.ts';
import { bind, newRoot, resolvePath } from '../soql/scope.ts';
import type { Row } from './derive.ts';
import { RowRefusal } from './row-error.ts';

export interface RuleContext {
  db: Database;
  schema: Schema;
  options: WriteOptions;
  /** Names, time and zone for formulas; made only when a rule asks. */
  compilation: () => Compilation;
}

/** Validation rules, then duplicate rules, on a row as it would be stored. Throws RowRefusal. */
export function checkRules(context: RuleContext, object: ObjectDefinition, row: Row, before: Row | null): void {
  checkValidation(context, object, row);
  for (const rule of context.schema.duplicateRules(object)) checkDuplicates(context, object, row, before, rule);
}

function checkValidation({ db, schema, compilation }: RuleContext, object: ObjectDefinition, row: Row): void {
  const errors: RowError[] = [];
  for (const rule of schema.validationRules(object)) {
    const own = compilation();
    const node = newRoot(own, object);
    const formula = compileFormula(rule.formula, {
      field: (parts) => {
        const { sql, field } = resolvePath(node, parts, 0);
        return { sql, type: field.type };
      },
      now: own.now,
      zone: own.zone,
    });
    // The row is not in its table yet: it stands in as a one-row table of values.
    const values = object.fields
      .filter(isStored)
      .map((field) => `${bind(own, row[field.name] ?? null)} AS ${quoteName(field.name)}`);
    const from = [`(SELECT ${values.join(', ')}) ${node.alias}`, ...node.root.joins].join(' ');
    const wrong = db
      .prepareOnce(`SELECT (${formula.sql}) IS TRUE AS wrong FROM ${from}`)
      .get<{ wrong: number }>(...own.params);
    if (!wrong?.wrong) continue;
    errors.push({
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: rule.message,
      fields: rule.field ? [rule.field] : [],
    });
  }
  if (errors.length > 0) throw new RowRefusal(errors);
}

function checkDuplicates(
  { db, options }: RuleContext,
  object: ObjectDefinition,
  row: Row,
  before: Row | null,
  rule: DuplicateRule,
): void {
  const values = rule.fields.map((name) => row[name] ?? null);
  const unchanged = before && rule.fields.every((name) => (before[name] ?? null) === (row[name] ?? null));
  if (values.includes(null) || unchanged || (rule.allowSave && options.allowDuplicates)) return;
  const tests = rule.fields.map((name) => `${quoteName(name)} = ?`).join(' AND ');
  const matches = db
    .prepare(
      `SELECT "Id" AS id FROM ${quoteName(object.name)} WHERE ${tests} AND "Id" <> ? AND "IsDeleted" = 0 ORDER BY _row LIMIT 10`,
    )
    .all<{ id: string }>(...values, row.Id ?? '');
  if (matches.length === 0) return;
  const message = rule.message ?? 'Use one of these records?';
  const duplicateResult = describeDuplicates(
    object,
    rule,
    message,
    matches.map((match) => match.id),
    options,
  );
  throw new RowRefusal([
    // The key is the platform's own spelling.
    { statusCode: 'DUPLICATES_DETECTED', message, fields: [], extra: { duplicateResut: duplicateResult } },
  ]);
}

function describeDuplicates(
  object: ObjectDefinition,
  rule: DuplicateRule,
  message: string,
  ids: string[],
  options: WriteOptions,
) {
  const version = /\/(\d+\.\d)/.exec(options.changeOrigin)?.[1] ?? '66.0';
  const records = ids.map((id) => ({
    additionalInformation: [],
    fieldDiffs: [],
    matchConfidence: 100,
    record: {
      attributes: { type: object.name, url: `/services/data/v${version}/sobjects/${object.name}/${id}` },
      Id: id,
    },
  }));
  return {
    allowSave: rule.allowSave ?? false,
    duplicateRule: rule.name,
    duplicateRuleEntityType: object.name,
    errorMessage: message,
    matchResults: [
      {
        entityType: object.name,
        errors: [],
        matchEngine: 'ExactMatchEngine',
        matchRecords: records,
        rule: rule.name,
        size: records.length,
        success: true,
      },
    ],
  };
}
