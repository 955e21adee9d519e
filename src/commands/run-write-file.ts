import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import { renderJson } from '../mapping/json.ts';
import type { DryRun } from '../runtime/write/dry-run.ts';
import { type FileFormat, type FileRow, readFileRows } from '../runtime/write/files/read-file-rows.ts';
import type { WriteResult } from '../runtime/write/write-outcome.ts';
import type { SyncWorld } from '../runtime/write/write-records.ts';
import type { WriteSource } from '../runtime/write/write-source.ts';
import { type LineFile, openLineFile } from './line-file.ts';
import { findSource, openWorld, type WriteCommandResult } from './run-write-command.ts';
import type { WriteFlags } from './write.ts';
import { parseHeaders, writeType } from './write-input.ts';

/** A dry run looks at so many records of a file. */
const dryRunRecords = 100;

/** Writes a file of records, streamed, with failures and results streamed to files beside it. */
export async function runWriteFile(
  context: Context,
  objectName: string,
  flags: WriteFlags,
  path: string,
): Promise<WriteCommandResult> {
  const { withState } = await import('./with-state.ts');
  const { checkWriteHeaders } = await import('../runtime/write/write-headers.ts');
  const type = writeType(flags);
  if (flags.record !== undefined || flags.batch !== undefined) throw usage('Give one of --record, --batch and --file.');
  if (type === 'delete') throw usage('Records are deleted one at a time: give --record.');
  if (flags.async) throw usage('A file is written while you wait: leave --async out.');
  if (flags['external-id'] !== undefined && type !== 'upsert') throw usage('Only an upsert goes by --external-id.');
  const pairs = parseHeaders(flags.header ?? []).map(({ key, value }) => [key, value] as const);
  const { headers, problems } = checkWriteHeaders(pairs, { conditions: false });
  if (problems.length > 0) throw new AmpError({ code: 'write-header-refused', message: problems[0]!.message });
  const { rows, format } = await openRows(context, path);
  return withState(context, async (state) => {
    const source = await findSource(context, state, objectName, flags);
    const { world, org } = await openWorld(context, state, source, flags);
    if (flags['dry-run']) return dryRunFile(context, world, source, { type, headers, rows, format, flags });
    const failures =
      flags.failures === undefined ? undefined : await openLineFile(resolve(context.cwd, flags.failures));
    const results = flags.results === undefined ? undefined : await openLineFile(resolve(context.cwd, flags.results));
    const progress = context.output.progress(`Writing ${objectName}`);
    try {
      const { writeFile } = await import('../runtime/write/files/write-file.ts');
      const { resultOf } = await import('../runtime/write/write-answer.ts');
      const answer = await writeFile(
        world,
        { source, org, startedBy: 'cli' },
        {
          type,
          externalIdField: flags['external-id'],
          headers,
          rows,
          fromText: format === 'csv',
          onProgress: (done) => progress.update({ done }),
          async onResult({ index, record }, outcome) {
            const result = resultOf(outcome);
            await results?.write(JSON.stringify({ index, ...result }));
            if (!result.success) await failures?.write(failureLine(record, result));
          },
        },
      );
      for (const warning of answer.warnings) context.output.warning(warning);
      const output = { ...answer, type, object: objectName, ...(failures ? { failures: failures.path } : {}) };
      return { kind: 'file', success: answer.success, output };
    } finally {
      progress.stop();
      await closeAll(failures, results);
      world.log.flush();
    }
  });
}

/** Also after an interruption: what was written until then is told. */
async function closeAll(...files: (LineFile | undefined)[]): Promise<void> {
  for (const file of files) await file?.close();
}

/** A record whose answer was lost says so: written again it may be there twice. */
function failureLine(record: FileRow['record'], { status, errors = [] }: WriteResult): string {
  const mark = status === 'unknown' ? { status } : {};
  return renderJson({ record, ...mark, errors: errors.map(({ message, code }) => ({ message, code })) });
}

async function openRows(
  context: Context,
  path: string,
): Promise<{ rows: AsyncGenerator<FileRow>; format: FileFormat }> {
  if (path === '-') return { rows: readFileRows(Readable.from([await context.stdin()]), 'ndjson'), format: 'ndjson' };
  const full = resolve(context.cwd, path);
  if (!existsSync(full)) throw new AmpError({ code: 'file-unreadable', message: `There is no file ${full}.` });
  const format = /\.csv$/i.test(path) ? 'csv' : 'ndjson';
  return { rows: readFileRows(createReadStream(full), format), format };
}

async function dryRunFile(
  context: Context,
  world: SyncWorld,
  source: WriteSource,
  file: {
    type: Exclude<NonNullable<WriteFlags['type']>, 'delete'>;
    headers: Record<string, string>;
    rows: AsyncGenerator<FileRow>;
    format: FileFormat;
    flags: WriteFlags;
  },
): Promise<WriteCommandResult> {
  const { assembleWrite, createWritePreparer } = await import('../runtime/write/prepare-write.ts');
  const { dryRunWrite } = await import('../runtime/write/dry-run.ts');
  const { prepareFileRow } = await import('../runtime/write/files/write-file.ts');
  const { type, headers, rows, format, flags } = file;
  const object = await world.describe(source.object.objectName);
  const preparer = createWritePreparer(source, object, {
    type,
    externalIdField: flags['external-id'],
    fromText: format === 'csv',
  });
  const prepared = [];
  const refused: DryRun['records'] = [];
  const warnings = new Set(preparer.warnings);
  for await (const row of rows) {
    if (row.index >= dryRunRecords) {
      context.output.notice(`The first ${dryRunRecords} records of the file; the others are not looked at.`);
      break;
    }
    const result = prepareFileRow(preparer, row);
    if ('problem' in result) {
      refused.push({ index: row.index, outcome: 'refused', fields: [], error: result.problem });
      continue;
    }
    prepared.push(result.row);
    for (const warning of result.warnings) warnings.add(warning);
  }
  const write = assembleWrite(preparer, { allOrNone: false, headers, rows: prepared, warnings: [...warnings] });
  const output = await dryRunWrite(world, write);
  const records = [...output.records, ...refused].sort((a, b) => a.index - b.index);
  const success = records.every(({ outcome }) => outcome !== 'refused');
  return { kind: 'dry-run', success, output: { ...output, records } };
}

const usage = (message: string) => new AmpError({ code: 'usage', message });
