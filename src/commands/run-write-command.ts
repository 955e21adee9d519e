import { resolve } from 'node:path';
import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { JsonObject } from '../mapping/json.ts';
import type { DryRun } from '../runtime/write/dry-run.ts';
import type { FileAnswer } from '../runtime/write/files/file-tally.ts';
import type { WriteAnswer } from '../runtime/write/write-outcome.ts';
import type { SyncWorld } from '../runtime/write/write-records.ts';
import type { WriteRequest } from '../runtime/write/write-request.ts';
import type { WriteSource } from '../runtime/write/write-source.ts';
import type { State } from '../store/state.ts';
import type { WriteFlags } from './write.ts';
import { readWriteBody } from './write-input.ts';
import type { QueuedOutput } from './write-later.ts';

export type WriteCommandResult =
  | { kind: 'dry-run'; success: boolean; output: DryRun }
  | { kind: 'written'; success: boolean; output: WriteOutput }
  | { kind: 'queued'; success: boolean; output: QueuedOutput }
  | { kind: 'file'; success: boolean; output: FileOutput };

/** What `--json` prints of records that were written, or not. */
export interface WriteOutput extends Omit<WriteAnswer, 'operationId'> {
  operationId: string;
  type: WriteRequest['type'];
  /** As typed. */
  object: string;
  /** Where the failed records went. */
  failures?: string;
}

/** The same of a file: its records are counted, and only the first failures told. */
export interface FileOutput extends FileAnswer {
  type: WriteRequest['type'];
  object: string;
  failures?: string;
}

/** Finds whom the records are for, and writes them, or shows what would be sent. */
export async function runWrite(context: Context, objectName: string, flags: WriteFlags): Promise<WriteCommandResult> {
  if (flags.file !== undefined) {
    const { runWriteFile } = await import('./run-write-file.ts');
    return runWriteFile(context, objectName, flags, flags.file);
  }
  const { withState } = await import('./with-state.ts');
  const { parseWriteRequest } = await import('../runtime/write/parse-request.ts');
  const body = await readWriteBody(context, flags);
  const request = parseWriteRequest(objectName, body);
  return withState(context, async (state) => {
    const source = await findSource(context, state, objectName, flags);
    const { world, org } = await openWorld(context, state, source, flags);
    const owner = { source, org, startedBy: 'cli' };
    try {
      if (flags['dry-run']) return await dryRun(world, source, request);
      if (flags.async) {
        const { writeLater } = await import('./write-later.ts');
        return await writeLater(context, state, world, owner, request);
      }
      const { writeRecords } = await import('../runtime/write/write-records.ts');
      const answer = await writeRecords(world, owner, request);
      for (const warning of answer.warnings) context.output.warning(warning);
      const failures = await saveFailures(context, flags, body, answer);
      await saveResults(context, flags, answer);
      const { type } = request;
      const output = { ...answer, type, object: objectName, ...(failures === undefined ? {} : { failures }) };
      return { kind: 'written', success: answer.success, output };
    } finally {
      world.log.flush();
    }
  });
}

async function dryRun(world: SyncWorld, source: WriteSource, request: WriteRequest): Promise<WriteCommandResult> {
  const { dryRunWrite } = await import('../runtime/write/dry-run.ts');
  const { prepareWrite } = await import('../runtime/write/prepare-write.ts');
  const { refusal } = await import('../runtime/write/parse-request.ts');
  const result = prepareWrite(request, source, await world.describe(source.object.objectName));
  if ('diagnostics' in result) throw refusal(result.diagnostics);
  const output = await dryRunWrite(world, result.prepared);
  return { kind: 'dry-run', success: output.records.every(({ outcome }) => outcome !== 'refused'), output };
}

/** The installation's object, else that of the manifest here, else the org's own. */
export async function findSource(
  context: Context,
  state: State,
  objectName: string,
  flags: Pick<WriteFlags, 'group' | 'integration' | 'org'>,
): Promise<WriteSource> {
  if (flags.group !== undefined && flags.org !== undefined) throw (await import('./find-place.ts')).groupHasOrg();
  const { findWriteSource, plainWriteSource } = await import('../runtime/write/write-source.ts');
  if (flags.group !== undefined) {
    const { findInstallation } = await import('./find-installation.ts');
    const { installation, integration } = await findInstallation(
      state,
      flags.group,
      flags.integration,
      (...candidate) => findWriteSource(...candidate, objectName),
    );
    return findWriteSource(integration, installation, objectName);
  }
  const { findPlace } = await import('./find-place.ts');
  const { manifest } = await findPlace(context, state, flags);
  const named = manifest?.integrations.filter(({ name }) => [undefined, name].includes(flags.integration));
  if (!named) return plainWriteSource(objectName);
  if (named.length === 0)
    throw new AmpError({ code: 'usage', message: `No integration is called "${flags.integration}".` });
  const writing = named.filter(({ write }) => write);
  for (const integration of writing.slice(0, -1)) {
    try {
      return findWriteSource(integration, undefined, objectName);
    } catch (error) {
      if (!(error instanceof AmpError) || error.code !== 'write-object-missing') throw error;
    }
  }
  return findWriteSource(writing.at(-1) ?? named[0]!, undefined, objectName);
}

export async function openWorld(context: Context, state: State, source: WriteSource, flags: WriteFlags) {
  const { openWatchedOrg } = await import('../runtime/open-watched-org.ts');
  const { openLog } = await import('./open-log.ts');
  const { createDescriber } = await import('../providers/salesforce/describe/describer.ts');
  const { clock, config, signal } = context;
  const { org, client } = await openWatchedOrg(context, state, source.installation?.orgId ?? flags.org);
  const describer = createDescriber({ client, org, clock, cacheDir: config.cacheDir });
  const world: SyncWorld = {
    client,
    clock,
    signal,
    log: await openLog(context, state),
    random: Math.random,
    describe: describer.object,
  };
  return { world, org };
}

/** One line a failed record, with why: the same file can be given to --file again. */
async function saveFailures(
  context: Context,
  flags: WriteFlags,
  body: JsonObject,
  { results }: WriteAnswer,
): Promise<string | undefined> {
  if (flags.failures === undefined) return undefined;
  const { renderJson } = await import('../mapping/json.ts');
  const { writeTextFile } = await import('../platform/write-text-file.ts');
  const path = resolve(context.cwd, flags.failures);
  const items = (body.batch ?? [{ record: body.record ?? null }]) as { record: JsonObject }[];
  const lines = results.flatMap(({ success, errors = [] }, index) => {
    if (success) return [];
    const told = errors.map(({ message, code }) => ({ message, code }));
    return [`${renderJson({ record: items[index]!.record, errors: told })}\n`];
  });
  await writeTextFile(path, lines.join(''));
  return path;
}

async function saveResults(context: Context, flags: WriteFlags, { results }: WriteAnswer): Promise<void> {
  if (flags.results === undefined) return;
  const { writeTextFile } = await import('../platform/write-text-file.ts');
  const lines = results.map((result, index) => `${JSON.stringify({ index, ...result })}\n`);
  await writeTextFile(resolve(context.cwd, flags.results), lines.join(''));
}
