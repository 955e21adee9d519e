import type { AnswerSpec, Route } from './route.ts';
import { type JsonSchema, renderJsonSchema } from './schema/json-schema.ts';
import { isAllOptional, type Schema } from './schema/schema.ts';
import { problemSchema } from './shapes/problem-schema.ts';

/** The OpenAPI 3.1 document of the routes: pure, the same text for the same table. */
export function renderDocument(routes: readonly Route[]): JsonSchema {
  const components = new Map<string, JsonSchema>();
  const problem = renderJsonSchema(problemSchema, components);
  const paths: Record<string, JsonSchema> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  const tags = [...new Set(routes.map(({ tag }) => tag))];
  return {
    openapi: '3.1.0',
    info: {
      title: 'amp local API',
      version: '1',
      summary: "The project's runtime on this computer, in the shapes of the hosted platform.",
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:4400', description: 'amp run --listen 127.0.0.1:4400' }],
    security: [{ apiKey: [] }, { bearer: [] }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: keyText },
        bearer: { type: 'http', scheme: 'bearer', description: keyText },
      },
      responses: {
        Problem: {
          description: 'Why it was refused, or failed.',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

const keyText = 'The key of .amp/api.key. Over the Unix socket none is needed.';

const description = `Served by \`amp run\` on a Unix socket in the state folder and, with \`--listen\`, on a loopback port.
All hosted bases (platform, read, write, search, proxy) are this one address.

Calls to the customer's org pass through the proxy: any path and method with the header \`X-Amp-Proxy-Version: 1\`,
\`X-Amp-Project-Id\`, and \`X-Amp-Installation-Id\` or both \`X-Amp-Integration-Name\` and \`X-Amp-Group-Ref\`.`;

function operationOf(route: Route, components: Map<string, JsonSchema>): JsonSchema {
  const { id, tag, summary, query, body } = route;
  const parameters = [
    ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => pathParameter(name!)),
    ...queryParameters(query, components),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: !isAllOptional(body),
            content: { 'application/json': { schema: renderJsonSchema(body, components) } },
          },
        }
      : {}),
    responses: responsesOf(route, components),
  };
}

function responsesOf(route: Route, components: Map<string, JsonSchema>): JsonSchema {
  const hasPlace = route.path.includes('{');
  const problems = new Set([400, 401, 403, 421, 500, 503, ...route.problems]);
  if (hasPlace) problems.add(404);
  if (route.body) for (const status of [413, 415]) problems.add(status);
  const problem = { $ref: '#/components/responses/Problem' };
  const answers = Object.entries(route.answers).map(([status, spec]) => {
    const answer = answerOf(spec, components);
    // The same status may also mean that the request was refused.
    if (!problems.delete(Number(status))) return [status, answer];
    const schema = renderJsonSchema(problemSchema, components);
    return [status, { ...answer, content: { ...answer.content, 'application/problem+json': { schema } } }];
  });
  return Object.fromEntries([...answers, ...[...problems].map((status) => [status, problem])]);
}

function answerOf(
  { description: said, body, contentType = 'application/json' }: AnswerSpec,
  components: Map<string, JsonSchema>,
): { description: string; content?: JsonSchema } {
  if (!body) return { description: said };
  return { description: said, content: { [contentType]: { schema: renderJsonSchema(body, components) } } };
}

function pathParameter(name: string): JsonSchema {
  return {
    name,
    in: 'path',
    required: true,
    ...(segments[name] === undefined ? {} : { description: segments[name] }),
    schema: { type: 'string', minLength: 1 },
  };
}

const segments: Readonly<Record<string, string>> = {
  project: 'Id of the project, or `local`.',
  integration: 'Name of a deployed integration.',
  object: "The manifest's object, or the name it is delivered under.",
};

function queryParameters(query: Schema | undefined, components: Map<string, JsonSchema>): JsonSchema[] {
  if (query?.node.kind !== 'record') return [];
  return Object.entries(query.node.fields).map(([name, { schema, required }]) => {
    const { description: said, ...rest } = renderJsonSchema(schema, components);
    return { name, in: 'query', required, ...(said === undefined ? {} : { description: said }), schema: rest };
  });
}
