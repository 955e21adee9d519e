import type { FieldPlan, PlanTarget } from '../../../../mapping/field-plan.ts';
import { JsonNumber, renderJson } from '../../../../mapping/json.ts';
import type { ColumnKind } from '../../../../mapping/object-shape.ts';
import type { BulkSelect, RecordShape } from '../columns.ts';
import { type RowContext, recordAttributes, sobjectsPath } from './row-record.ts';
import { scalarFromCsv } from './scalar.ts';

/**
 * How one row's line is written, compiled once per read: a list of instructions that a scanner plays after it has found
 * where each value of the row begins and ends. The same program runs in JavaScript and in WebAssembly.
 */
export interface Program {
  /** Instructions, each an opcode and its operands. */
  code: Int32Array;
  /** Bytes that literals point into. */
  literals: Uint8Array;
  /** Written by JavaScript: value mappings, parents of several kinds. Gets the value's text, answers JSON text. */
  handlers: ((text: string) => string)[];
  columns: number;
}

export const opcodes = {
  end: 0,
  /** offset, length */
  literal: 1,
  /** column: JSON text or null */
  text: 2,
  /** column: number or null */
  number: 3,
  integer: 4,
  boolean: 5,
  datetime: 6,
  /** column: escaped text without quotes, nothing when empty */
  part: 7,
  /** count, columns…, skip: writes null and skips `skip` cells when all columns are empty */
  nullUnless: 8,
  /** column, handler: null when empty */
  handler: 9,
} as const;

const opcodeOfKind: Record<ColumnKind, number> = {
  text: opcodes.text,
  number: opcodes.number,
  integer: opcodes.integer,
  boolean: opcodes.boolean,
  datetime: opcodes.datetime,
};

/** Compiles `{fields, mappedFields, raw}` and a newline for rows of this select. */
export function compileProgram(plan: FieldPlan, select: BulkSelect, context: RowContext): Program {
  const writer = new ProgramWriter();
  writer.literal('{"fields":');
  writeTree(targetTree(plan.targets.filter((target) => target.place === 'fields')));
  writer.literal(',"mappedFields":');
  writeTree(targetTree(plan.targets.filter((target) => target.place === 'mappedFields')));
  writer.literal(',"raw":');
  writeRecord(select.shape);
  writer.literal('}\n');
  return writer.finish(select.columns.length);

  function writeTree(tree: TargetTree): void {
    let separator = '{';
    for (const [key, node] of tree) {
      writer.literal(`${separator}${JSON.stringify(key)}:`);
      if (node instanceof Map) writeTree(node);
      else writeTarget(node);
      separator = ',';
    }
    writer.literal(separator === '{' ? '{}' : '}');
  }

  function writeTarget(target: PlanTarget): void {
    const { source, values } = target;
    if (source.kind === 'column') writeColumn(source.column, values);
    else if (source.kind === 'compound') {
      const columns = source.parts.map((part) => part.column);
      writer.nullUnless(columns, () => {
        let separator = '{';
        for (const part of source.parts) {
          writer.literal(`${separator}${JSON.stringify(part.key)}:`);
          writeColumn(part.column);
          separator = ',';
        }
        writer.literal(separator === '{' ? '{}' : '}');
      });
    } else if (source.path[0] === 'attributes' && source.path.length === 2) {
      const { object, idColumn } = select.shape;
      if (source.path[1] === 'type') writer.literal(mappedText(object, values));
      else if (source.path[1] === 'url' && !values) writeUrl(object, idColumn);
      else if (source.path[1] === 'url') {
        writer.handler(idColumn, (id) => mappedText(`${sobjectsPath(context.apiVersion)}/${object}/${id}`, values));
      } else writer.literal('null');
    } else writer.literal('null');
  }

  function writeColumn(column: number, values?: ReadonlyMap<string, string>): void {
    const { kind } = select.columns[column]!;
    if (!values) writer.column(opcodeOfKind[kind], column);
    else writer.handler(column, (text) => mappedScalar(kind, text, values));
  }

  function writeRecord(shape: RecordShape): void {
    if (shape.types.length > 1) {
      writer.literal('{"attributes":');
      writer.handler(shape.idColumn, (id) => renderJson(recordAttributes(shape, id, context)));
    } else {
      writer.literal(`{"attributes":{"type":${JSON.stringify(shape.object)},"url":`);
      writeUrl(shape.object, shape.idColumn);
      writer.literal('}');
    }
    for (const member of shape.members) {
      writer.literal(`,${JSON.stringify(member.name)}:`);
      if ('column' in member) writeColumn(member.column);
      else writer.nullUnless([member.parent.idColumn], () => writeRecord(member.parent));
    }
    writer.literal('}');
  }

  function writeUrl(object: string, idColumn: number): void {
    writer.literal(`"${sobjectsPath(context.apiVersion)}/${object}/`);
    writer.column(opcodes.part, idColumn);
    writer.literal('"');
  }
}

function mappedText(text: string, values: ReadonlyMap<string, string> | undefined): string {
  return JSON.stringify(values?.get(text) ?? text);
}

function mappedScalar(kind: ColumnKind, text: string, values: ReadonlyMap<string, string>): string {
  const value = scalarFromCsv(kind, text);
  const delivered = values.get(value instanceof JsonNumber ? value.text : String(value));
  return delivered === undefined ? renderJson(value) : JSON.stringify(delivered);
}

type TargetTree = Map<string, TargetTree | PlanTarget>;

/** Nested targets merge, as `mapRecord` merges them. */
function targetTree(targets: readonly PlanTarget[]): TargetTree {
  const root: TargetTree = new Map();
  for (const target of targets) {
    let place = root;
    for (const step of target.path.slice(0, -1)) {
      const next = place.get(step);
      if (next instanceof Map) place = next;
      else {
        const made: TargetTree = new Map();
        place.set(step, made);
        place = made;
      }
    }
    place.set(target.path.at(-1)!, target);
  }
  return root;
}

class ProgramWriter {
  readonly #code: number[] = [];
  readonly #handlers: ((text: string) => string)[] = [];
  readonly #literals: Buffer[] = [];
  #literalBytes = 0;
  /** Literal not yet written, so that neighbours become one. */
  #pending = '';

  literal(text: string): void {
    this.#pending += text;
  }

  column(opcode: number, column: number): void {
    this.#flush();
    this.#code.push(opcode, column);
  }

  handler(column: number, handler: (text: string) => string): void {
    this.#flush();
    this.#code.push(opcodes.handler, column, this.#handlers.push(handler) - 1);
  }

  nullUnless(columns: readonly number[], write: () => void): void {
    this.#flush();
    this.#code.push(opcodes.nullUnless, columns.length, ...columns, 0);
    const skipAt = this.#code.length - 1;
    write();
    this.#flush();
    this.#code[skipAt] = this.#code.length - skipAt - 1;
  }

  finish(columns: number): Program {
    this.#flush();
    this.#code.push(opcodes.end);
    return {
      code: Int32Array.from(this.#code),
      literals: Buffer.concat(this.#literals),
      handlers: this.#handlers,
      columns,
    };
  }

  #flush(): void {
    if (this.#pending === '') return;
    const bytes = Buffer.from(this.#pending);
    this.#code.push(opcodes.literal, this.#literalBytes, bytes.length);
    this.#literals.push(bytes);
    this.#literalBytes += bytes.length;
    this.#pending = '';
  }
}
