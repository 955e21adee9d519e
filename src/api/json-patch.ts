import { type Issue, invalidRequest } from './parse-query.ts';

export interface PatchStep {
  op: 'add' | 'remove' | 'replace';
  /** JSON Pointer (RFC 6901). */
  path: string;
  value?: unknown;
}

/** A copy of the document with the steps applied in order (RFC 6902: add, remove, replace). Throws `api-request-invalid`. */
export function applyPatch(document: unknown, steps: readonly PatchStep[]): unknown {
  let result = structuredClone(document);
  for (const [index, step] of steps.entries()) {
    const refuse = (detail: string): never => {
      const issues: Issue[] = [{ in: 'body', name: `changes[${index}].path`, detail }];
      throw invalidRequest(issues);
    };
    if (step.path !== '' && !step.path.startsWith('/')) refuse('A JSON Pointer begins with a slash.');
    const names = step.path
      .split('/')
      .slice(1)
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (names.length === 0) {
      if (step.op === 'remove') refuse('The whole cannot be removed.');
      result = structuredClone(step.value);
      continue;
    }
    const last = names.pop()!;
    const parent = names.reduce<unknown>(
      (at, name) => childOf(at, name) ?? refuse(`There is nothing at ${name}.`),
      result,
    );
    if (Array.isArray(parent)) patchList(parent, last, step, refuse);
    else if (parent !== null && typeof parent === 'object') patchRecord(parent as Values, last, step, refuse);
    else refuse('It leads into a value that has no parts.');
  }
  return result;
}

type Values = Record<string, unknown>;
type Refuse = (detail: string) => never;

function childOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return isIndex(name) ? value[Number(name)] : undefined;
  return value !== null && typeof value === 'object' && Object.hasOwn(value, name)
    ? (value as Values)[name]
    : undefined;
}

function patchRecord(record: Values, name: string, { op, value }: PatchStep, refuse: Refuse): void {
  if (op !== 'add' && !Object.hasOwn(record, name)) refuse(`There is nothing at ${name}.`);
  if (op === 'remove') delete record[name];
  // Own, whatever the name: __proto__ is only data.
  else
    Object.defineProperty(record, name, {
      value: structuredClone(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

function patchList(list: unknown[], name: string, { op, value }: PatchStep, refuse: Refuse): void {
  const index = name === '-' && op === 'add' ? list.length : isIndex(name) ? Number(name) : -1;
  if (index < 0 || index > list.length - (op === 'add' ? 0 : 1)) refuse(`The list has no place ${name}.`);
  if (op === 'remove') list.splice(index, 1);
  else list.splice(index, op === 'add' ? 0 : 1, structuredClone(value));
}

function isIndex(name: string): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(name);
}
