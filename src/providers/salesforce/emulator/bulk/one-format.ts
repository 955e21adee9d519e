import type { Answer, Call } from '../server/call.ts';
import { exactNumber } from '../server/json.ts';
import { escapeXml } from '../soap/login.ts';

const namespace = 'http://www.force.com/2009/06/asyncapi/dataload';

/** Bulk API 1.0 speaks XML or JSON, as the request does. */
export const speaksJson = (call: Call): boolean =>
  /json/i.test(call.headers['content-type'] ?? call.headers.accept ?? '');

/** Flat fields of `<jobInfo>` or `{"operation":…}`. */
export function readInfo(call: Call): Record<string, string> {
  const text = call.body.toString('utf8');
  if (speaksJson(call) || text.trimStart().startsWith('{')) return textsOf(JSON.parse(text));
  return Object.fromEntries([...text.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name, value]) => [name!, value!]));
}

/** What is no text is its JSON: an object named 1 is not found, as one named "1". */
function textsOf(info: unknown): Record<string, string> {
  const texts = Object.entries(info ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts);
}

type Info = Record<string, string | number | boolean>;

/** One `jobInfo` or `batchInfo`, or a list of them. */
export function answerInfo(call: Call, name: string, info: Info | Info[], status = 200): Answer {
  if (speaksJson(call)) {
    const json = Array.isArray(info) ? { [name]: info.map(jsonInfo) } : jsonInfo(info);
    return { status, json };
  }
  const element = (item: Info, attributes = '') =>
    `<${name}${attributes}>${Object.entries(item)
      .map(([key, value]) => `<${key}>${escapeXml(String(value))}</${key}>`)
      .join('')}</${name}>`;
  const xmlns = ` xmlns="${namespace}"`;
  const body = Array.isArray(info)
    ? `<${name}List${xmlns}>${info.map((item) => element(item)).join('')}</${name}List>`
    : element(info, xmlns);
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    bytes: `<?xml version="1.0" encoding="UTF-8"?>${body}`,
  };
}

const jsonInfo = (info: Info) =>
  Object.fromEntries(
    Object.entries(info).map(([key, value]) => [key, key === 'apiVersion' ? exactNumber(String(value)) : value]),
  );

/** The refusal of a Bulk API 1.0 call. */
export function answerException(call: Call, status: number, exceptionCode: string, exceptionMessage: string): Answer {
  if (speaksJson(call)) return { status, json: { exceptionCode, exceptionMessage } };
  const body = `<error xmlns="${namespace}"><exceptionCode>${exceptionCode}</exceptionCode><exceptionMessage>${escapeXml(exceptionMessage)}</exceptionMessage></error>`;
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    bytes: `<?xml version="1.0" encoding="UTF-8"?>${body}`,
  };
}

/** `<result-list>` of a query batch. */
export function answerResultList(call: Call, ids: string[]): Answer {
  if (speaksJson(call)) return { status: 200, json: ids };
  const items = ids.map((id) => `<result>${id}</result>`).join('');
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    bytes: `<result-list xmlns="${namespace}">${items}</result-list>`,
  };
}
