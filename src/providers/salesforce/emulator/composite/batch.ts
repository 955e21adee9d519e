import { SalesforceFault } from '../org.ts';
import { type Answer, type Call, jsonOf, objectBody, objectList } from '../server/call.ts';
import { runPart } from '../server/run-call.ts';
import type { World } from '../world.ts';
import { invalid, partCall } from './run-parts.ts';

const maxParts = 25;
const oldestPartVersion = 34;

interface BatchPart {
  method: string;
  url: string;
  richInput?: unknown;
}

/** `POST /composite/batch`: independent calls, each counted, earlier ones stay when a later one fails. */
export function runBatch(call: Call, world: World): Answer {
  const { haltOnError, ...body } = objectBody(call);
  const batchRequests = objectList<BatchPart>(body.batchRequests, 'batchRequests');
  if (batchRequests.length === 0) throw invalid('The request has no batchRequests');
  if (batchRequests.length > maxParts) {
    const message = `The request has ${batchRequests.length} parts; at most ${maxParts} are allowed`;
    throw new SalesforceFault(400, 'LIMIT_EXCEEDED', message);
  }
  const parts = batchRequests.map((part) => ({ ...part, url: fullUrl(part.url, call.version) }));
  let hasErrors = false;
  const results = parts.map(({ method, url, richInput }) => {
    if (hasErrors && haltOnError) {
      const message = 'Batch processing is halted because a previous request failed';
      return { statusCode: 412, result: [{ errorCode: 'BATCH_PROCESSING_HALTED', message }] };
    }
    world.usage.count();
    const answer = runPart(partCall(call, { method, url, body: richInput }), world);
    if (answer.status >= 400) hasErrors = true;
    return { statusCode: answer.status, result: jsonOf(answer) };
  });
  return { status: 200, json: { hasErrors, results } };
}

/** `v66.0/sobjects/…` as documented, or with `/services/data/` before it as clients send it. */
function fullUrl(url: unknown, outer: string): string {
  const [, version, rest] = /^(?:\/?services\/data\/)?\/?v(\d+\.\d)(\/.*)$/.exec(String(url)) ?? [];
  if (version === undefined) throw invalid(`The url ${String(url)} has no version`);
  if (Number(version) < oldestPartVersion || Number(version) > Number(outer)) {
    throw invalid(`Version ${version} is not allowed in a batch of version ${outer}`);
  }
  return `/services/data/v${version}${rest}`;
}
