import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Reply } from './api-rig.ts';

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; responses: Record<string, Response> };
}

export interface Operation {
  operationId: string;
  parameters?: { name: string; in: 'path' | 'query'; required: boolean; schema: JsonSchema }[];
  requestBody?: { content: { 'application/json': { schema: JsonSchema } } };
  responses: Record<string, Response | { $ref: string }>;
}

export type JsonSchema = Record<string, unknown>;

interface Response {
  description: string;
  content?: Record<string, { schema: JsonSchema }>;
}

export interface Endpoint extends Operation {
  method: string;
  path: string;
}

export function endpointsOf(document: Document): Endpoint[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

/** What an answer has against the document; undefined when it keeps every word of it. */
export function createConformance(document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat(
    'date-time',
    (text) => !Number.isNaN(Date.parse(text)) && /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(text),
  );
  ajv.addFormat('uri', (text) => URL.canParse(text));
  ajv.addSchema(document, 'document');
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
  const validatorOf = (pointer: string) => {
    let validate = compiled.get(pointer);
    if (!validate) {
      validate = ajv.compile({ $ref: `document#${pointer}` });
      compiled.set(pointer, validate);
    }
    return validate;
  };
  const pointerPart = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

  return (endpoint: Endpoint, reply: Reply): string | undefined => {
    const documented = endpoint.responses[reply.status];
    if (!documented) return `status ${reply.status} is not documented: ${reply.text.slice(0, 300)}`;
    const isShared = '$ref' in documented;
    const response = isShared ? document.components.responses.Problem! : documented;
    const base = isShared
      ? '/components/responses/Problem'
      : `/paths/${pointerPart(endpoint.path)}/${endpoint.method.toLowerCase()}/responses/${reply.status}`;
    const type = (reply.headers['content-type'] ?? '').split(';')[0]!;
    if (!response.content)
      return reply.text === '' ? undefined : `a body where none is documented: ${reply.text.slice(0, 80)}`;
    if (!response.content[type]) return `content type "${type}" is not documented for ${reply.status}`;
    if (!type.includes('json')) return undefined;
    const validate = validatorOf(`${base}/content/${pointerPart(type)}/schema`);
    if (validate(reply.json)) return undefined;
    return `${ajv.errorsText(validate.errors)}: ${reply.text.slice(0, 300)}`;
  };
}
