import type { IncomingMessage } from 'node:http';

/** Bulk uploads are the largest: 100 MB raw by the rules, 150 MB at most. */
const maxBodyBytes = 150 * 1024 * 1024;

/** The whole body, chunked or not; undefined when it is larger than anything the platform takes. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes);
}

/** `//services//data/` → `/services/data`: clients double slashes and leave them at the end. */
export function normalizePath(path: string): string {
  const collapsed = path.replace(/\/{2,}/g, '/');
  return collapsed.length > 1 && collapsed.endsWith('/') ? collapsed.slice(0, -1) : collapsed;
}

/** Loopback names, and the platform's own for clients that come through a proxy. */
export function isOurHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return (
    name === '127.0.0.1' || name === 'localhost' || name === '[::1]' || /^[a-z0-9.-]+\.salesforce\.com$/.test(name)
  );
}
