import { parse } from 'csv-parse/sync';
import { renderJson } from '../src/mapping/json.ts';
import { mapRecord } from '../src/mapping/map-record.ts';
import { bulkSelect } from '../src/providers/salesforce/bulk/columns.ts';
import { createJavascriptTranscoder } from '../src/providers/salesforce/bulk/transcode/javascript-transcoder.ts';
import { compileProgram } from '../src/providers/salesforce/bulk/transcode/program.ts';
import { createRecordTranscoder } from '../src/providers/salesforce/bulk/transcode/record-transcoder.ts';
import { recordFromRow } from '../src/providers/salesforce/bulk/transcode/row-record.ts';
import type { Transcoder } from '../src/providers/salesforce/bulk/transcode/transcoder.ts';
import { createWasmTranscoder } from '../src/providers/salesforce/bulk/transcode/wasm-transcoder.ts';
import { resolvePlan } from '../src/runtime/read/resolve-plan.ts';
import { columns, fields, makePage, mappings } from './backfill/contacts.ts';
import { type Benchmark, interleave } from './benchmark.ts';

/** B8: the transcoders alone, bytes in memory to bytes in memory, beside the slow reference; all must write the same. */
const benchmark: Benchmark = {
  name: 'transcode',
  about: 'Bulk CSV → mapped NDJSON in memory: WebAssembly, JavaScript, record by record, csv-parse; records per second',
  async run({ rows = '50000', rounds = '5' }) {
    const count = Number(rows);
    const page = makePage(count);
    const body = page.subarray(page.indexOf(0x0a) + 1);
    const selection = {
      objectName: 'Contact',
      deliveredName: 'contact',
      fields,
      mappings: Object.entries(mappings).map(([mapToName, source]) => ({ mapToName, source, required: true })),
      allFields: false,
      valueMappings: {},
    };
    const object = { name: 'Contact', fields: columns.map(([name, type]) => ({ name, type })) };
    const { plan } = await resolvePlan(async () => object, selection);
    const select = bulkSelect(plan);
    const context = { apiVersion: '66.0', objectOfId: () => undefined };
    const program = compileProgram(plan, select, context);
    const makers: Record<string, () => Transcoder> = {
      wasm: () => createWasmTranscoder(program, 0x2c)!,
      javascript: () => createJavascriptTranscoder(program, 0x2c),
      records: () =>
        createRecordTranscoder(select, context, 0x2c, (record) => `${renderJson(mapRecord(plan, record))}\n`),
    };
    const reference = () =>
      (parse(page) as string[][])
        .slice(1)
        .map((row) => `${renderJson(mapRecord(plan, recordFromRow(select, row, context)))}\n`)
        .join('');
    const truth = Buffer.byteLength(reference());
    const time = (work: () => number) => () => {
      const start = performance.now();
      const bytes = work();
      if (bytes !== truth) throw new Error(`${bytes} bytes instead of ${truth}`);
      return performance.now() - start;
    };
    const cases = Object.fromEntries(
      Object.entries(makers).map(([name, make]) => [name, time(() => run(make(), body))]),
    );
    const taken = await interleave<string>(
      { ...cases, csvParse: time(() => Buffer.byteLength(reference())) },
      Number(rounds),
    );
    return Object.fromEntries(
      Object.entries(taken).map(([name, ms]) => [`${name}RecordsPerSecond`, count / (ms / 1000)]),
    );
  },
};

export default benchmark;

function run(transcoder: Transcoder, body: Buffer): number {
  let bytes = 0;
  for (let from = 0; from < body.length; from += 65_536) {
    transcoder.feed(body.subarray(from, from + 65_536));
    for (let lines = transcoder.next(false); lines; lines = transcoder.next(false)) bytes += lines.length;
  }
  for (let lines = transcoder.next(true); lines; lines = transcoder.next(true)) bytes += lines.length;
  return bytes;
}
