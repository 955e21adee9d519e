// An org with one stream of ready-made change events, as fast as a server can be: `stream-server.ts <options as JSON>`. Prints its
// port. In a process of its own, so that its work is not counted as ours.
//
// Every answer to a connect holds the next events of the backlog; `live` publishes one every so many milliseconds instead. Replay
// positions count events, so that a client which comes back gets exactly what it has not had.
import { createServer, type ServerResponse } from 'node:http';

interface Options {
  events: number;
  perResponse: number;
  /** Milliseconds between two events; without it all of them wait already. */
  everyMs?: number;
}

const { events, perResponse, everyMs }: Options = JSON.parse(process.argv[2] ?? '{}');
const channel = '/data/ContactChangeEvent';
const digits = 9;

/** About the 637 bytes of a recorded update. `#########` is filled in per event. */
const template = JSON.stringify({
  channel,
  data: {
    schema: 'IeRuaY6cbI_HsV8Rv1Mc5g',
    payload: {
      LastModifiedDate: '2026-02-03T09:15:02.000Z',
      Phone: '+49 30 1234567',
      Title: 'Head of Logistics',
      SentAt__c: '@@@@@@@@@@@@@@@@',
      ChangeEventHeader: {
        commitNumber: 0,
        commitUser: '005000000000001AAA',
        sequenceNumber: 1,
        entityName: 'Contact',
        changeType: 'UPDATE',
        changedFields: ['LastModifiedDate', 'Phone', 'Title'],
        changeOrigin: 'com/salesforce/api/rest/66.0;client=bench',
        transactionKey: '0000be70-a756-e601-9202-000#########',
        commitTimestamp: 0,
        recordIds: ['003000000#########AAA'.slice(0, 18)],
      },
    },
    event: { replayId: '1#########', EventUuid: '11111111-2222-3333-4444-000#########' },
  },
})
  .replace('"commitNumber":0', '"commitNumber":1745500706683617281')
  .replace('"replayId":"1#########"', '"replayId":1#########')
  .replace('"commitTimestamp":0', '"commitTimestamp":1770#########');
const holes = [...template.matchAll(/#{9}/g)].map(({ index }) => index);
const sentAt = template.indexOf('@@@');
const one = Buffer.from(template);

/** Events `from` … `from + count - 1` as the elements of the answer, a trailing comma behind each. */
function render(from: number, count: number, stamp: string): Buffer {
  const page = Buffer.allocUnsafe(count * (one.length + 1));
  for (let i = 0; i < count; i++) {
    const at = i * (one.length + 1);
    one.copy(page, at);
    const number = String(from + i).padStart(digits, '0');
    for (const hole of holes) page.write(number, at + hole, 'latin1');
    page.write(stamp, at + sentAt, 'latin1');
    page[at + one.length] = 0x2c;
  }
  return page;
}

/** Events published so far. */
let published = everyMs === undefined ? events : 0;
/** Events handed out; moves back when a client subscribes from an earlier position. */
let given = 0;
let held: { response: ServerResponse; id: string } | undefined;
const stats = { firstAt: 0, lastAt: 0, given: 0, connects: 0 };

function answerConnect(response: ServerResponse, id: string): void {
  const now = performance.now();
  stats.firstAt ||= now;
  stats.lastAt = now;
  stats.connects++;
  const count = Math.min(perResponse, published - given);
  if (count === 0) {
    held = { response, id };
    return;
  }
  const stamp = String(Math.round((performance.timeOrigin + now) * 1000));
  const page = render(given, count, stamp);
  given += count;
  stats.given += count;
  const end = Buffer.from(
    `{"id":"${id}","channel":"/meta/connect","successful":true,"clientId":"C","advice":{"interval":0,"timeout":110000,"reconnect":"retry"}}]`,
  );
  response.writeHead(200, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': 1 + page.length + end.length,
  });
  response.write('[');
  response.write(page);
  response.end(end);
}

if (everyMs !== undefined) {
  setInterval(() => {
    if (published >= events || stats.firstAt === 0) return;
    published++;
    const waiting = held;
    held = undefined;
    if (waiting) answerConnect(waiting.response, waiting.id);
  }, everyMs);
}

interface Message {
  id?: string;
  channel: string;
  ext?: { replay?: Record<string, number> };
}

function answer(messages: Message[], response: ServerResponse): void {
  const replies: object[] = [];
  for (const { id = '1', channel: name, ext } of messages) {
    if (name === '/meta/handshake') {
      replies.push({
        id,
        channel: name,
        successful: true,
        version: '1.0',
        minimumVersion: '1.0',
        clientId: 'C',
        supportedConnectionTypes: ['long-polling'],
        ext: { replay: true },
        advice: { reconnect: 'retry', interval: 0, timeout: 110_000 },
      });
    } else if (name === '/meta/subscribe') {
      const after = ext?.replay?.[channel] ?? -1;
      given = after < 0 ? 0 : after - 10 ** digits + 1;
      replies.push({ id, channel: name, successful: true, clientId: 'C', subscription: channel });
    } else if (name === '/meta/connect' && messages.length === 1) {
      answerConnect(response, id);
      return;
    } else replies.push({ id, channel: name, successful: true, clientId: 'C', advice: { interval: 0 } });
  }
  json(response, replies);
}

function json(response: ServerResponse, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(200, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': Buffer.byteLength(text),
    'set-cookie': 'BAYEUX_BROWSER=bench; Path=/cometd/; HttpOnly',
    'sforce-limit-info': 'api-usage=1/100000',
  });
  response.end(text);
}

const record = (id: string) =>
  `{"attributes":{"type":"Contact","url":"/services/data/v66.0/sobjects/Contact/${id}"},"Id":"${id}","FirstName":"Zoë","LastName":"Person","Email":"person@example.com","Phone":"+49 30 1234567","Title":"Head of Logistics","CreatedDate":"2026-01-01T00:00:00.000+0000","SystemModstamp":"2026-02-03T09:15:02.000+0000"}`;

/** The records behind the ids of a query. */
function query(soql: string, response: ServerResponse): void {
  const ids = soql.match(/003[0-9A-Za-z]{15}/g) ?? [];
  const body = `{"totalSize":${ids.length},"done":true,"records":[${ids.map(record).join(',')}]}`;
  response.writeHead(200, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': Buffer.byteLength(body),
    'sforce-limit-info': 'api-usage=1/100000',
  });
  response.end(body);
}

const fields = ['Id', 'FirstName', 'LastName', 'Email', 'Phone', 'Title', 'CreatedDate', 'SystemModstamp'];
const describe = {
  name: 'Contact',
  keyPrefix: '003',
  fields: fields.map((name) => ({
    name,
    type: name === 'Id' ? 'id' : /Date|stamp/.test(name) ? 'datetime' : 'string',
    referenceTo: [],
  })),
};
const user = {
  sub: 'x',
  user_id: '005000000000001AAA',
  organization_id: '00D000000000001AAA',
  preferred_username: 'bench@example.com',
  name: 'Bench',
  urls: {},
};

const server = createServer({ keepAlive: true, keepAliveTimeout: 60_000 }, (request, response) => {
  const url = new URL(request.url!, 'http://localhost');
  const path = url.pathname;
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (path.startsWith('/cometd')) {
      const text = Buffer.concat(chunks).toString();
      if (text === '') return response.writeHead(400).end();
      const body = JSON.parse(text) as Message | Message[];
      answer(Array.isArray(body) ? body : [body], response);
    } else if (path === '/stats') {
      json(response, { ...stats, elapsedMs: stats.lastAt - stats.firstAt });
      Object.assign(stats, { firstAt: 0, lastAt: 0, given: 0, connects: 0 });
      given = 0;
      if (everyMs !== undefined) published = 0;
      held?.response.destroy();
      held = undefined;
    } else if (path.endsWith('/tooling/query')) json(response, { totalSize: 1, done: true, records: [{}] });
    else if (path.endsWith('/composite')) {
      const { compositeRequest } = JSON.parse(Buffer.concat(chunks).toString());
      const soql = decodeURIComponent(compositeRequest[0].url);
      const ids = soql.match(/003[0-9A-Za-z]{15}/g) ?? [];
      const body = `{"compositeResponse":[{"httpStatusCode":200,"body":{"totalSize":${ids.length},"done":true,"records":[${ids.map(record).join(',')}]}}]}`;
      response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' }).end(body);
    } else if (path.endsWith('/query')) query(url.searchParams.get('q') ?? '', response);
    else if (path.endsWith('/describe')) json(response, describe);
    else if (path.endsWith('/userinfo')) json(response, user);
    else if (path === '/services/data')
      json(response, [{ label: "Spring '26", url: '/services/data/v66.0', version: '66.0' }]);
    else json(response, {});
  });
});

server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
