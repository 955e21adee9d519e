import type { Transaction } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import { writeOptions } from '../rest/write.ts';
import { type Answer, type Call, jsonOf, objectList } from '../server/call.ts';
import { renderJson } from '../server/json.ts';
import { normalizePath } from '../server/read-request.ts';
import { answerError } from '../server/render.ts';
import { runPart } from '../server/run-call.ts';
import type { World } from '../world.ts';
import { resolveReferences } from './references.ts';

/** One subrequest of `composite` or of a graph. */
export interface Part {
  method: string;
  url: string;
  referenceId: string;
  body?: unknown;
  httpHeaders?: Record<string, string>;
}

export interface PartResponse {
  body: unknown;
  httpHeaders: Record<string, string>;
  httpStatusCode: number;
  referenceId: string;
}

const haltedBody = [
  {
    errorCode: 'PROCESSING_HALTED',
    message: 'The transaction was rolled back since another operation in the same transaction failed.',
  },
];

/** Each part for itself: what was done before a failure stays. */
export function runIndependently(call: Call, world: World, parts: readonly Part[]): PartResponse[] {
  const results = new Map<string, unknown>();
  return parts.map((part) => {
    const answer = runResolved(call, world, part, results, undefined);
    if (answer.status < 400) results.set(part.referenceId, jsonOf(answer));
    return describe(part, answer);
  });
}

class RolledBack extends Error {}

/** All parts in one transaction: the first failure undoes everything, and every other part says so. */
export function runAtomically(
  call: Call,
  world: World,
  parts: readonly Part[],
): { responses: PartResponse[]; succeeded: boolean } {
  const responses: PartResponse[] = [];
  try {
    world.org.commit(writeOptions(call), (transaction) => {
      const results = new Map<string, unknown>();
      for (const part of parts) {
        const answer = runResolved(call, world, part, results, transaction);
        responses.push(describe(part, answer));
        if (answer.status >= 400 || answer.rowsFailed) throw new RolledBack();
        results.set(part.referenceId, jsonOf(answer));
      }
    });
    return { responses, succeeded: true };
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    const culprit = responses.length - 1;
    return { responses: parts.map((part, i) => (i === culprit ? responses[i]! : halted(part))), succeeded: false };
  }
}

export const halted = (part: Part): PartResponse => ({
  body: haltedBody,
  httpHeaders: {},
  httpStatusCode: 400,
  referenceId: part.referenceId,
});

function runResolved(
  call: Call,
  world: World,
  part: Part,
  results: Map<string, unknown>,
  transaction: Transaction | undefined,
): Answer {
  try {
    const { url, body } = resolveReferences({ url: part.url, body: part.body }, results);
    return runPart(partCall(call, { ...part, url, body }, transaction), world);
  } catch (error) {
    return answerError(error);
  }
}

/** The call a part would have been on its own, with the whole's session. */
export function partCall(call: Call, part: Omit<Part, 'referenceId'>, transaction?: Transaction): Call {
  const [path, search] = part.url.split(/\?(.*)/s) as [string, string?];
  const headers: Record<string, string | undefined> = { 'sforce-call-options': call.headers['sforce-call-options'] };
  for (const [name, value] of Object.entries(part.httpHeaders ?? {})) headers[name.toLowerCase()] = String(value);
  return {
    ...call,
    method: String(part.method).toUpperCase(),
    path: normalizePath(path),
    query: new URLSearchParams(search ?? ''),
    headers,
    body: Buffer.from(part.body === undefined ? '' : renderJson(part.body)),
    params: {},
    ...(transaction ? { transaction } : {}),
  };
}

function describe(part: Part, answer: Answer): PartResponse {
  const location = answer.headers?.location;
  return {
    body: jsonOf(answer),
    httpHeaders: location === undefined ? {} : { Location: location },
    httpStatusCode: answer.status,
    referenceId: part.referenceId,
  };
}

const forbiddenHeaders = ['accept', 'authorization', 'content-type'];

/** What makes the whole request wrong. Throws INVALID_INPUT. */
export function checkParts(parts: unknown, version: string): Part[] {
  if (!Array.isArray(parts) || parts.length === 0) throw invalid('The composite request has no subrequests');
  const seen = new Set<string>();
  for (const part of objectList<Part>(parts, 'compositeRequest')) {
    const { referenceId, url, method } = part;
    if (typeof referenceId !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_]*$/.test(referenceId)) {
      throw invalid(`The reference id ${JSON.stringify(referenceId)} is not valid`);
    }
    if (seen.has(referenceId)) throw invalid(`The reference id ${referenceId} is used more than once`);
    seen.add(referenceId);
    if (typeof method !== 'string') throw invalid(`The subrequest ${referenceId} has no method`);
    if (typeof url !== 'string' || !/^\/services\/data\/v\d+\.\d\//.test(url)) {
      throw invalid(`The url of ${referenceId} must start with /services/data/v${version}/`);
    }
    const refused = Object.keys(part.httpHeaders ?? {}).find((name) => forbiddenHeaders.includes(name.toLowerCase()));
    if (refused !== undefined) throw invalid(`The header ${refused} is not allowed in a subrequest`);
  }
  return parts as Part[];
}

export const invalid = (message: string) => new SalesforceFault(400, 'INVALID_INPUT', message);
