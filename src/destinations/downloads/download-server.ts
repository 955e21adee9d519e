import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Downloads } from './downloads.ts';

export interface DownloadServer {
  /** `http://127.0.0.1:<port>`. */
  baseUrl: string;
  stop(): Promise<void>;
}

/** Serves downloads on loopback, to requests that name it by its own address (no DNS rebinding). */
export async function startDownloadServer(downloads: Downloads, port = 0): Promise<DownloadServer> {
  let hosts: string[] = [];
  const server = createServer({ headersTimeout: 5_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
    request.resume();
    if (!hosts.includes(request.headers.host ?? '')) response.writeHead(421).end();
    else downloads.answer(request, response);
  });
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  hosts = [`127.0.0.1:${bound}`, `localhost:${bound}`];
  // Serving must not keep a finished process alive: whoever offers waits for the fetch.
  server.unref();
  return {
    baseUrl: `http://127.0.0.1:${bound}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
