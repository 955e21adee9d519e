// An org with one object and ready-made pages of Bulk results, as fast as a server can be: `page-server.ts <options as JSON>`.
// Prints its port. In a process of its own, so that its work is not counted as ours.
import { createServer, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { columns, makePage } from './contacts.ts';

interface Options {
  rows: number;
  pageRows: number;
  /** Before every page's first byte. */
  delayMs?: number;
  /** Compress for those who ask. */
  gzip: boolean;
}

const { rows, pageRows, delayMs = 0, gzip }: Options = JSON.parse(process.argv[2] ?? '{}');
const pages = Math.ceil(rows / pageRows);
const full = makePage(pageRows);
const last = rows % pageRows === 0 ? full : makePage(rows % pageRows);
const gzipped = new Map([full, last].map((page) => [page, gzipSync(page, { level: 6 })]));
const json = (response: ServerResponse, body: unknown) => {
  response.writeHead(200, {
    'content-type': 'application/json;charset=UTF-8',
    'sforce-limit-info': 'api-usage=1/100000',
  });
  response.end(JSON.stringify(body));
};

const server = createServer({ keepAlive: true }, (request, response) => {
  const url = new URL(request.url!, 'http://localhost');
  const path = url.pathname;
  request.resume();
  if (path === '/stop') {
    response.end();
    server.closeAllConnections();
    server.close();
  } else if (path.endsWith('/results'))
    sendPage(Number(url.searchParams.get('locator') ?? 0), request.headers['accept-encoding'], response);
  else if (path.endsWith('/resultPages')) sendPageList(path, url.searchParams.get('locator'), response);
  else if (path.includes('/jobs/query')) json(response, job);
  else if (path.endsWith('/describe')) json(response, describe);
  else if (path.endsWith('/updated/')) json(response, { ids: [], latestDateCovered: '2026-01-01T00:00:00.000+0000' });
  else if (path.endsWith('/query')) json(response, { totalSize: rows, done: true, records: [] });
  else if (path.endsWith('/userinfo')) json(response, user);
  else if (path.includes('/sobjects/User/')) json(response, { Username: user.preferred_username });
  else if (path === '/services/data')
    json(response, [{ label: "Spring '26", url: '/services/data/v66.0', version: '66.0' }]);
  else json(response, {});
});

function sendPage(index: number, encoding: string | undefined, response: ServerResponse): void {
  const page = index === pages - 1 ? last : full;
  const zipped = gzip && /gzip/.test(encoding ?? '');
  const body = zipped ? gzipped.get(page)! : page;
  setTimeout(() => {
    response.writeHead(200, {
      'content-type': 'text/csv',
      'content-length': body.length,
      'sforce-numberofrecords': index === pages - 1 ? rows - (pages - 1) * pageRows : pageRows,
      'sforce-locator': index === pages - 1 ? 'null' : String(index + 1),
      'sforce-limit-info': 'api-usage=1/100000',
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(body);
  }, delayMs);
}

/** Five addresses at a time, as Bulk API 2.0 gives them from version 58. */
function sendPageList(path: string, locator: string | null, response: ServerResponse): void {
  const from = Number(locator ?? 0);
  const to = Math.min(from + 5, pages);
  const results = path.replace(/resultPages$/, 'results');
  const resultPages = Array.from({ length: to - from }, (_, i) => ({
    resultUrl: from + i === 0 ? results : `${results}?locator=${from + i}`,
  }));
  const next = to < pages ? { nextRecordsUrl: `${path}?locator=${to}`, done: false } : { done: true };
  json(response, { resultPages, ...next });
}

const job = {
  id: '750000000000001AAA',
  operation: 'query',
  object: 'Contact',
  state: 'JobComplete',
  apiVersion: 66.0,
  contentType: 'CSV',
  lineEnding: 'LF',
  columnDelimiter: 'COMMA',
  numberRecordsProcessed: rows,
};
const describe = {
  name: 'Contact',
  keyPrefix: '003',
  fields: columns.map(([name, type]) => ({ name, type, referenceTo: [] })),
};
const user = {
  sub: 'x',
  user_id: '005000000000001AAA',
  organization_id: '00D000000000001AAA',
  preferred_username: 'bench@example.com',
  name: 'Bench',
  urls: {},
};

server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
