// What one writes in an afternoon: csv-parse, map, stringify, sign, fetch, wait, next. `csv-parse-fetch-peer.ts <org> <receiver> <rows>`.
import { createHmac, randomBytes } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { parse } from 'csv-parse';
import { columns, fields, mappings } from '../backfill/contacts.ts';

const [org, receiver, rows] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4])];
const key = randomBytes(32);
const limitBytes = 300_000;
const head = { action: 'read', projectId: 'prj_1', provider: 'salesforce', objectName: 'contact', groupRef: 'acme' };
const types = new Map<string, string>(columns.map(([name, type]) => [name, type]));
const typed = (name: string, text: string) => {
  if (text === '') return null;
  const type = types.get(name);
  return type === 'boolean' ? text === 'true' : type === 'double' ? Number(text) : text;
};

let batch: string[] = [];
let bytes = 500;
let seen = 0;
for (let locator = ''; locator !== 'null'; ) {
  const address = `${org}/services/data/v66.0/jobs/query/750/results${locator && `?locator=${locator}`}`;
  const response = await new Promise<IncomingMessage>((done, failed) => get(address, done).on('error', failed));
  for await (const record of response.pipe(parse({ columns: true })) as AsyncIterable<Record<string, string>>) {
    seen++;
    const entry = JSON.stringify({
      fields: Object.fromEntries(fields.map((name) => [name.toLowerCase(), typed(name, record[name]!)])),
      mappedFields: Object.fromEntries(
        Object.entries(mappings).map(([name, source]) => [name, typed(source, record[source]!)]),
      ),
      raw: Object.fromEntries(columns.map(([name]) => [name, typed(name, record[name]!)])),
    });
    const size = Buffer.byteLength(entry) + 1;
    if (bytes + size > limitBytes) await send();
    batch.push(entry);
    bytes += size;
  }
  locator = String(response.headers['sforce-locator']);
}
if (batch.length > 0) await send();
if (seen !== rows) throw new Error(`${seen} rows instead of ${rows}`);

async function send(): Promise<void> {
  const info = { resultInfo: { type: 'inline', numRecords: batch.length } };
  const body = `${JSON.stringify({ ...head, ...info }).slice(0, -1)},"result":[${batch.join(',')}]}`;
  const id = `msg_${randomBytes(12).toString('hex')}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = { 'svix-id': id, 'svix-timestamp': String(timestamp), 'svix-signature': `v1,${signature}` };
  const response = await fetch(receiver, { method: 'POST', body, headers });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  batch = [];
  bytes = 500;
}
