import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { Json, JsonObject } from '../mapping/json.ts';
import { describeJsonFault, JsonFault } from '../mapping/json-fault.ts';
import { parseJson } from '../mapping/parse-json.ts';
import { fileUnreadable } from '../platform/files.ts';
import type { WriteFlags } from './write.ts';

/** The body of a write request from flags, in the hosted shape. Throws `usage`, `file-unreadable`, `file-invalid`. */
export async function readWriteBody(context: Context, flags: WriteFlags): Promise<JsonObject> {
  const { record, batch } = flags;
  if ((record === undefined) === (batch === undefined)) throw usage('Give the records: --record, --batch or --file.');
  const headers = parseHeaders(flags.header ?? []);
  const hours = flags['retry-hours'];
  if (hours !== undefined && !flags.async) throw usage('--retry-hours belongs to --async.');
  return {
    ...(flags.group === undefined ? {} : { groupRef: flags.group }),
    type: writeType(flags),
    mode: flags.async ? 'asynchronous' : 'synchronous',
    ...(hours === undefined ? {} : { retryPolicy: { deadlineHours: hours } }),
    ...(record === undefined ? {} : { record: await readJson(context, '--record', record) }),
    ...(batch === undefined
      ? {}
      : {
          batch: batchItems(await readJson(context, '--batch', batch)),
          batchPolicy: { allOrNone: flags.partial !== true },
        }),
    ...(headers.length > 0 ? { headers } : {}),
    ...(flags['external-id'] === undefined ? {} : { externalIdField: flags['external-id'] }),
  };
}

export function writeType({ type }: WriteFlags): NonNullable<WriteFlags['type']> {
  if (type) return type;
  throw usage('--type is missing: create, update, upsert or delete.');
}

/** `name=value` or `name: value`. */
export function parseHeaders(pairs: readonly string[]): { key: string; value: string }[] {
  return pairs.map((pair) => {
    const at = pair.search(/[=:]/);
    if (at <= 0) throw usage(`--header ${pair} is not name=value.`);
    return { key: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() };
  });
}

/** Plain records, or `{record, associations?}` as the API has them. */
function batchItems(value: Json): Json {
  if (!Array.isArray(value)) return value;
  return value.map((item) => (isWrapped(item) ? item : { record: item }));
}

function isWrapped(item: Json): boolean {
  if (item === null || typeof item !== 'object' || !('record' in item)) return false;
  return Object.keys(item).every((key) => key === 'record' || key === 'associations');
}

const examples = { '--record': `--record '{"name": "Acme"}'`, '--batch': `--batch '[{"name": "Acme"}]'` };

async function readJson(context: Context, flag: keyof typeof examples, given: string): Promise<Json> {
  const text = await readText(context, given);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new AmpError({
      code: 'usage',
      message: `${flag} is not JSON: it ${describeJsonFault(text, error)}.`,
      hint: `As in ${examples[flag]}, or from a file: ${flag} @${flag.slice(2)}.json.`,
      cause: error,
    });
  }
}

async function readText(context: Context, given: string): Promise<string> {
  if (given === '-') return (await context.stdin()).toString('utf8');
  if (!given.startsWith('@')) return given;
  const path = resolve(context.cwd, given.slice(1));
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileUnreadable(path, error);
  }
}

const usage = (message: string) => new AmpError({ code: 'usage', message });
