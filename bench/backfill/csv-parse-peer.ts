// What one writes first: csv-parse, one Transform per record, JSON.stringify. `csv-parse-peer.ts <url> <rows>`.
import { createWriteStream } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { columns, fields, mappings } from './contacts.ts';

const [url, rows] = [process.argv[2]!, Number(process.argv[3])];
const types = new Map<string, string>(columns.map(([name, type]) => [name, type]));
const typed = (name: string, text: string) => {
  if (text === '') return null;
  const type = types.get(name);
  return type === 'boolean' ? text === 'true' : type === 'double' ? Number(text) : text;
};
let seen = 0;
for (let locator = ''; locator !== 'null'; ) {
  const address = `${url}/services/data/v66.0/jobs/query/750/results${locator && `?locator=${locator}`}`;
  const response = await new Promise<IncomingMessage>((done, failed) => get(address, done).on('error', failed));
  const map = new Transform({
    objectMode: true,
    transform(record: Record<string, string>, _encoding, done) {
      seen++;
      const mapped = Object.entries(mappings).map(([name, source]) => [name, typed(source, record[source]!)]);
      const own = fields.map((name) => [name.toLowerCase(), typed(name, record[name]!)]);
      const raw = columns.map(([name]) => [name, typed(name, record[name]!)]);
      const entry = {
        fields: Object.fromEntries(own),
        mappedFields: Object.fromEntries(mapped),
        raw: Object.fromEntries(raw),
      };
      done(null, `${JSON.stringify(entry)}\n`);
    },
  });
  await pipeline(response, parse({ columns: true }), map, createWriteStream('/dev/null'));
  locator = String(response.headers['sforce-locator']);
}
if (seen !== rows) throw new Error(`${seen} rows instead of ${rows}`);
