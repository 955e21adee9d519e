// A webhook receiver in a process of its own: answers 204 after DELAY_MS, counts arrivals in hundredths of a second.
import { createServer } from 'node:http';

const delayMs = Number(process.env.DELAY_MS ?? 0);
let arrivals = [];
let bytes = 0;

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify({ arrivals, bytes }));
    arrivals = [];
    bytes = 0;
    return;
  }
  request.on('data', (chunk) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    arrivals.push(Date.now());
    if (delayMs === 0) response.writeHead(204).end();
    else setTimeout(() => response.writeHead(204).end(), delayMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
