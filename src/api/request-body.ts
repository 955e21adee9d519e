import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { AmpError } from '../errors/amp-error.ts';
import type { Json } from '../mapping/json.ts';
import { describeJsonFault, JsonFault } from '../mapping/json-fault.ts';
import { parseJson } from '../mapping/parse-json.ts';

export const bodyLimitBytes = 1024 * 1024;
const deepest = 64;

/** The whole body. A caller that waits for `100 Continue` gets it here, after everything else was found in order. Throws `api-body-too-large`. */
export async function readBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) throw tooLarge();
  if (/^100-continue$/i.test(request.headers.expect ?? '')) response.writeContinue();
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Stopping early must not take the connection along: the refusal goes out on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * A JSON body with all digits of its numbers. Throws `api-content-type-refused` for anything a form of a web page could send and
 * for a compressed body, `api-body-invalid`.
 */
export function parseBody(body: Buffer, headers: IncomingHttpHeaders): Json {
  const { 'content-type': contentType, 'content-encoding': encoding = 'identity' } = headers;
  if (encoding.trim().toLowerCase() !== 'identity') {
    throw new AmpError({
      code: 'api-content-type-refused',
      message: 'The body has a Content-Encoding; bodies are taken uncompressed.',
    });
  }
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const isUtf8 = parameters.every((parameter) => !/^charset=/.test(parameter) || /^charset="?utf-8"?$/.test(parameter));
  if (type !== 'application/json' || !isUtf8) {
    throw new AmpError({
      code: 'api-content-type-refused',
      message:
        contentType === undefined ? 'The body has no Content-Type.' : 'The Content-Type is not application/json.',
    });
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw invalid('The body is not UTF-8.', error);
  }
  if (depthOf(text) > deepest) throw invalid(`The body is nested more than ${deepest} deep.`);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw invalid(`The body is not JSON: it ${describeJsonFault(text, error)}.`, error);
  }
}

/** Of brackets outside texts; parsing is recursive, so it comes first. */
function depthOf(json: string): number {
  let depth = 0;
  let most = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (inText) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inText = false;
    } else if (code === 0x22) inText = true;
    else if (code === 0x5b || code === 0x7b) most = Math.max(most, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
  }
  return most;
}

function tooLarge(): AmpError {
  return new AmpError({ code: 'api-body-too-large', message: `The body is over ${bodyLimitBytes} bytes.` });
}

function invalid(message: string, cause?: unknown): AmpError {
  return new AmpError({ code: 'api-body-invalid', message, cause });
}
