import { openEmulatedOrg } from '../src/providers/salesforce/emulator/open-org.ts';
import type { RecordCursor } from '../src/providers/salesforce/emulator/org.ts';
import { type Benchmark, type Figures, median } from './benchmark.ts';

const fields = 'Id, FirstName, LastName, Email, Phone, Title, AccountId, SystemModstamp, Score__c';
const comma = { delimiter: ',', lineEnding: '\n' } as const;

/** The emulated org without its server: rows seeded, CSV and JSON made from SQLite, the page an incremental read asks for. */
const benchmark: Benchmark = {
  name: 'emulator-engine',
  about: 'rows made and read by the emulated org itself, in this process (rows=1000000 contacts by default)',
  async run({ rows = '1000000', rounds = '5' }) {
    return measure(Number(rows), Number(rounds));
  },
};

function measure(contacts: number, rounds: number): Figures {
  const begun = performance.now();
  const org = openEmulatedOrg({ path: ':memory:', seed: 'large', records: { Contact: contacts } });
  const seedMs = performance.now() - begun;
  const options = { userId: org.adminUserId, apiVersion: '66.0' };
  const bulk = org.query(`SELECT ${fields} FROM Contact`, { ...options, bulk: true });
  const csv = rates(rounds, () => readCsv(bulk, Math.min(200_000, contacts)));
  const pages = org.query(`SELECT ${fields} FROM Contact`, options);
  const json = rates(rounds, () => readJson(pages, 50));
  const [first] = org.query('SELECT SystemModstamp FROM Contact ORDER BY Id LIMIT 1', options).read(0, 1);
  const since = String(first!.SystemModstamp).replace('+0000', 'Z');
  const increment = `SELECT ${fields} FROM Contact WHERE SystemModstamp > ${since} ORDER BY SystemModstamp, Id LIMIT 2000`;
  const filtered = Array.from({ length: rounds }, () => elapsed(() => org.query(increment, options).json(0, 2000)));
  const figures = {
    seedRowsPerSecond: (contacts / seedMs) * 1000,
    csvRowsPerSecond: csv.rows,
    csvMbPerSecond: csv.bytes / 1e6,
    jsonPagesPerSecond: json.rows / 2000,
    filteredPageMs: median(filtered),
    rssMb: process.memoryUsage.rss() / 1e6,
  };
  org.close();
  return figures;
}

interface Amount {
  rows: number;
  bytes: number;
}

/** Medians of rows and bytes a second. */
function rates(rounds: number, work: () => Amount): Amount {
  const each = Array.from({ length: rounds }, () => {
    let amount: Amount = { rows: 0, bytes: 0 };
    const ms = elapsed(() => {
      amount = work();
    });
    return { rows: (amount.rows / ms) * 1000, bytes: (amount.bytes / ms) * 1000 };
  });
  return { rows: median(each.map((one) => one.rows)), bytes: median(each.map((one) => one.bytes)) };
}

function readCsv(cursor: RecordCursor, rows: number): Amount {
  let bytes = 0;
  for (let at = 0; at < rows; at += 2000) bytes += cursor.csv(at, 2000, comma).length;
  return { rows, bytes };
}

function readJson(cursor: RecordCursor, pages: number): Amount {
  const all = Math.max(1, Math.floor(cursor.totalSize / 2000));
  let bytes = 0;
  for (let page = 0; page < pages; page++) bytes += cursor.json((page % all) * 2000, 2000).length;
  return { rows: pages * 2000, bytes };
}

function elapsed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

export default benchmark;
