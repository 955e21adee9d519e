import { SalesforceFault } from '../org.ts';
import { type Answer, type Call, objectBody, objectList } from '../server/call.ts';
import type { World } from '../world.ts';
import { referencedParts } from './references.ts';
import {
  checkParts,
  halted,
  invalid,
  type Part,
  type PartResponse,
  runAtomically,
  runIndependently,
} from './run-parts.ts';

const maxParts = 25;
const maxQueriesAndCollections = 5;

/** `POST /composite`: up to 25 calls for the price of one; HTTP 200 even when parts fail. */
export function runComposite(call: Call, world: World): Answer {
  const { compositeRequest, allOrNone } = objectBody(call);
  const parts = checkParts(compositeRequest, call.version);
  if (parts.length > maxParts)
    throw limit(`The request has ${parts.length} subrequests; at most ${maxParts} are allowed`);
  const heavy = parts.filter(({ url }) => /\/v\d+\.\d\/(?:query(?:All)?\b|composite\/sobjects)/i.test(url)).length;
  if (heavy > maxQueriesAndCollections) {
    throw limit(
      `The request has ${heavy} query or collection subrequests; at most ${maxQueriesAndCollections} are allowed`,
    );
  }
  const compositeResponse =
    allOrNone === true ? runAtomically(call, world, parts).responses : runIndependently(call, world, parts);
  return { status: 200, json: { compositeResponse } };
}

const maxGraphs = 75;
const maxNodes = 500;
const maxDepth = 15;
const maxKinds = 15;
/** After this many failed graphs the rest is not tried. */
const maxFailedGraphs = 14;

interface Graph {
  graphId: string;
  parts: Part[];
}

/** `POST /composite/graph`: each graph is a transaction of its own. */
export function runGraphs(call: Call, world: World): Answer {
  const graphs = checkGraphs(call);
  let failed = 0;
  return {
    status: 200,
    json: {
      graphs: graphs.map(({ graphId, parts }) => {
        const run = failed >= maxFailedGraphs ? skipGraph(parts) : runAtomically(call, world, parts);
        if (!run.succeeded) failed++;
        return { graphId, graphResponse: { compositeResponse: run.responses }, isSuccessful: run.succeeded };
      }),
    },
  };
}

const skipGraph = (parts: Part[]): { responses: PartResponse[]; succeeded: boolean } => ({
  responses: parts.map(halted),
  succeeded: false,
});

function checkGraphs(call: Call): Graph[] {
  const graphs = objectList<{ graphId: string; compositeRequest: unknown }>(objectBody(call).graphs, 'graphs');
  if (graphs.length === 0) throw invalid('The request has no graphs');
  if (graphs.length > maxGraphs)
    throw limit(`The request has ${graphs.length} graphs; at most ${maxGraphs} are allowed`);
  const ids = new Set(graphs.map(({ graphId }) => graphId));
  if (ids.size < graphs.length) throw invalid('Every graph needs a graphId of its own');
  const checked = graphs.map(({ graphId, compositeRequest }) => {
    const parts = orderByReference(checkParts(compositeRequest, call.version));
    const kinds = new Set(
      parts.map(({ method, url }) => `${method} ${url.split('/').slice(3, 6).join('/').toLowerCase()}`),
    );
    if (kinds.size > maxKinds)
      throw limit(`Graph ${graphId} has ${kinds.size} kinds of nodes; at most ${maxKinds} are allowed`);
    return { graphId, parts };
  });
  const nodes = checked.reduce((sum, { parts }) => sum + parts.length, 0);
  if (nodes > maxNodes) throw limit(`The request has ${nodes} nodes; at most ${maxNodes} are allowed`);
  return checked;
}

/** Parents first. Throws INVALID_INPUT for circles and for chains deeper than allowed. */
function orderByReference(parts: Part[]): Part[] {
  const byId = new Map(parts.map((part) => [part.referenceId, part]));
  const depths = new Map<Part, number>();
  const depthOf = (part: Part, path: Part[]): number => {
    if (path.includes(part)) throw invalid(`The references of ${part.referenceId} form a circle`);
    const known = depths.get(part);
    if (known !== undefined) return known;
    const parents = referencedParts([part.url, part.body]).flatMap((id) => byId.get(id) ?? []);
    const depth = 1 + Math.max(0, ...parents.map((parent) => depthOf(parent, [...path, part])));
    if (depth > maxDepth) throw limit(`A graph may be ${maxDepth} levels deep`);
    depths.set(part, depth);
    return depth;
  };
  for (const part of parts) depthOf(part, []);
  return parts.toSorted((a, b) => depths.get(a)! - depths.get(b)!);
}

const limit = (message: string) => new SalesforceFault(400, 'LIMIT_EXCEEDED', message);
