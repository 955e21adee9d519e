import { AmpError } from '../../../errors/amp-error.ts';

const timeoutMs = 10_000;

/** One call of `/__emulator…` of a running emulator. Throws `emulator-not-running` or `emulator-refused`. */
export async function callAdmin<Body = unknown>(
  url: string,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Body> {
  const response = await openAdmin(url, method, path, body);
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as Body;
  throw new AmpError({
    code: 'emulator-refused',
    message: refusalText(text) ?? `The emulator answered ${response.status}.`,
  });
}

/** The lines of the truth ledger as they arrive. */
export async function* readLedgerLines(url: string, afterSequence: number): AsyncIterable<Record<string, unknown>> {
  const response = await openAdmin(url, 'GET', `/ledger?after=${afterSequence}`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body!) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
}

async function openAdmin(url: string, method: string, path: string, body?: unknown): Promise<Response> {
  try {
    return await fetch(`${url}/__emulator${path}`, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new AmpError({ code: 'emulator-not-running', message: `No emulator answers at ${url}.`, cause: error });
  }
}

function refusalText(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { message?: string }[])[0]?.message;
  } catch {
    return undefined;
  }
}
