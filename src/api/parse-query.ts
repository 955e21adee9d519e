import { AmpError } from '../errors/amp-error.ts';
import { checkValue, type Fault } from './schema/check-value.ts';
import type { Schema } from './schema/schema.ts';

export interface Issue extends Fault {
  in: 'query' | 'body' | 'path' | 'header';
}

/** The query as its schema types it. Unknown and repeated names are faults. Throws `api-request-invalid`. */
export function parseQuery(schema: Schema | undefined, search: URLSearchParams): unknown {
  const fields = schema?.node.kind === 'record' ? schema.node.fields : {};
  const values: Record<string, unknown> = {};
  const issues: Issue[] = [];
  for (const name of new Set(search.keys())) {
    const all = search.getAll(name);
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field && schema === undefined) issues.push({ in: 'query', name, detail: 'This call takes no query.' });
    if (all.length > 1) issues.push({ in: 'query', name, detail: 'It stands there more than once.' });
    else values[name] = field ? typed(field.schema, all[0]!) : all[0]!;
  }
  for (const fault of schema ? checkValue(schema, values) : []) issues.push({ in: 'query', ...fault });
  if (issues.length > 0) throw invalidRequest(issues);
  return values;
}

export function checkBody(schema: Schema, body: unknown): void {
  const faults = checkValue(schema, body);
  if (faults.length > 0) throw invalidRequest(faults.map((fault) => ({ in: 'body', ...fault })));
}

export function invalidRequest(issues: readonly Issue[]): AmpError {
  const [first] = issues;
  const where = first?.name ? `${first.in} ${first.name}: ` : '';
  return new AmpError({
    code: 'api-request-invalid',
    message: `${where}${first?.detail ?? 'It is not as described.'}${issues.length > 1 ? ` (${issues.length} faults)` : ''}`,
    details: { issues },
  });
}

/** Text that does not look like the type stays text: the check then says what was expected. */
function typed({ node }: Schema, text: string): unknown {
  if (node.kind === 'flag' && (text === 'true' || text === 'false')) return text === 'true';
  if (node.kind === 'number' && /^-?\d{1,15}$/.test(text)) return Number(text);
  return text;
}
