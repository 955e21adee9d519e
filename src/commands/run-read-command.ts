import { resolve } from 'node:path';
import type { CommandInput } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import { groupDigits } from '../platform/group-digits.ts';
import type { ReadSource } from '../runtime/read/read-source.ts';
import type { ReadSummary, ReadType } from '../runtime/read/run-read.ts';
import type { StartRead } from '../runtime/read/start-read.ts';
import type { State } from '../store/state.ts';
import { type DeliveryResult, deliverRead } from './deliver-read.ts';
import type { readFlags } from './read-flags.ts';

export interface ReadCommandResult extends ReadSummary {
  /** Where the records went. */
  output: { kind: 'stdout' } | { kind: 'file'; path: string } | { kind: 'destination'; delivery: DeliveryResult };
}

export interface ReadCommandInput {
  readType: ReadType;
  objectName: string;
  flags: CommandInput<typeof readFlags>['flags'];
  period?: StartRead['period'];
  /** Operation to go on with. */
  resume?: string | undefined;
  countDays?: boolean;
  tombstones?: boolean;
}

/** Opens what a read needs, runs it, and sends its messages when asked to. */
export async function runReadCommand(context: Context, input: ReadCommandInput): Promise<ReadCommandResult> {
  const { openState } = await import('../store/state.ts');
  const { locateAnyState } = await import('../config/project.ts');
  const state = openState(locateAnyState(context));
  try {
    return await readWith(context, state, input);
  } finally {
    state.close();
  }
}

async function readWith(context: Context, state: State, asked: ReadCommandInput): Promise<ReadCommandResult> {
  const input = asked.resume === undefined ? asked : await findResumable(context, state, asked.resume);
  const { flags, readType } = input;
  const { openWatchedOrg } = await import('../runtime/open-watched-org.ts');
  const { openLog } = await import('./open-log.ts');
  const { startRead } = await import('../runtime/read/start-read.ts');
  const { withOverrides } = await import('../runtime/read/read-source.ts');
  const { parseFilter } = await import('../runtime/read/filter-values.ts');
  const found = await findSource(context, state, input);
  const source = withOverrides(found.source, {
    mappings: parseMappings(flags.map ?? []),
    fields: flags.field ?? [],
    allFields: flags['all-fields'] === true,
    filters: undefined,
  });
  const { org, client } = await openWatchedOrg(context, state, found.orgName ?? flags.org);
  const { createDescriber } = await import('../providers/salesforce/describe/describer.ts');
  const describer = createDescriber({ client, org, clock: context.clock, cacheDir: context.config.cacheDir });
  const log = await openLog(context, state);
  const { target, output } = await chooseTarget(context, state, flags);
  const { output: out } = context;
  const progress = out.progress(`Reading ${source.object.objectName}`);
  const startedAt = performance.now();
  let ended = false;
  try {
    const reading = startRead(
      {
        client,
        describe: (name) => describer.object(name),
        state,
        log,
        clock: context.clock,
        signal: context.signal,
        notice: (text) => out.notice(text),
        onStart: ({ api, reason, estimate }) => {
          out.verbose(`${api === 'bulk' ? 'Bulk' : 'REST'}: ${reason}`);
          if (estimate !== undefined && estimate >= largeRead) out.notice(forecastText(estimate, api));
        },
        onProgress: ({ records, estimate }) =>
          progress.update({
            done: records,
            total: estimate,
            text: progressText(records, estimate, startedAt, client.apiUsage),
          }),
      },
      {
        readType,
        source,
        org,
        target,
        period: input.period,
        filters: flags.filter ? (object) => flags.filter!.map((text) => parseFilter(text, object)) : undefined,
        where: flags.where,
        watermark: flags.watermark,
        api: flags.api ?? 'auto',
        format: flags.format ?? 'ndjson',
        limit: flags.limit,
        pageRows: flags['page-rows'],
        countDays: input.countDays ?? false,
        tombstones: input.tombstones ?? true,
        startedBy: 'cli',
        rerun: { ...input, flags: { ...flags, ...(output.kind === 'file' && { output: output.path }) } },
      } as StartRead,
    );
    // What is committed leaves while the rest is still being read.
    const delivering = output.kind === 'destination' ? deliverRead(context, state, reading, log) : undefined;
    const summary = await reading.catch(async (error) => {
      // It stops by itself, but needs the state until then.
      await delivering?.catch(() => {});
      throw error;
    });
    progress.stop();
    ended = true;
    log.flush();
    await noteChoices(context, state, found.source, flags);
    if (delivering) {
      await announceRead(context, state, source, input);
      const delivery = await delivering;
      await sendNotifications(context, state);
      log.flush();
      return { ...summary, output: { kind: 'destination', delivery } };
    }
    // Records came before it on the same stream.
    if (output.kind === 'stdout' && out.json) out.line({ type: 'summary', ...summary });
    return { ...summary, output };
  } catch (error) {
    await noteChoices(context, state, found.source, flags, { error });
    if (flags.deliver && !context.signal.aborted) await announceRead(context, state, source, input, error);
    if (source.installation) await sendNotifications(context, state);
    throw error;
  } finally {
    if (!ended) progress.stop();
    if (!ended && context.signal.aborted && flags.output)
      out.notice('Stopped. The same command goes on where this one was.');
  }
}

/** Tells the project how a read that delivers to a customer's destination ended. */
async function announceRead(
  { clock }: Context,
  { db }: State,
  { installation, object }: ReadSource,
  { readType, flags }: ReadCommandInput,
  error?: unknown,
): Promise<void> {
  if (!installation) return;
  const { announceReadDone, announceReadFailed } = await import('../runtime/read/announce-read.ts');
  const { createNotifier } = await import('../notifications/notifier.ts');
  const { loadBase } = await import('../environments/local/revisions.ts');
  const { parseMoment } = await import('../platform/moment.ts');
  const { since, until } = flags as { since?: string; until?: string };
  const iso = (text: string) => new Date(parseMoment(text, clock.now())).toISOString();
  const read = {
    projectId: loadBase(db).lineage,
    installation,
    readType,
    objectName: object.mapToName ?? object.objectName,
    window: { ...(since ? { fromTimestamp: iso(since) } : {}), ...(until ? { untilTimestamp: iso(until) } : {}) },
  };
  const notifier = createNotifier(db, { clock });
  if (error === undefined) announceReadDone(notifier, read);
  else announceReadFailed(notifier, read, error);
}

const notificationLimitMs = 15_000;

/** What was announced leaves with the command: an alert that waits for the next one is none. */
async function sendNotifications(context: Context, state: State): Promise<void> {
  const { createOutbox } = await import('../destinations/outbox.ts');
  if (createOutbox(state.db).backlog().pending === 0) return;
  const { deliverPending } = await import('../destinations/sender/deliver-pending.ts');
  const { deliverySettings } = await import('../destinations/delivery-settings.ts');
  const { problems } = await deliverPending({
    state,
    ...deliverySettings(context),
    until: 'idle',
    limitMs: notificationLimitMs,
  });
  for (const { destination, error } of problems) context.output.warning(`${destination}: ${(error as Error).message}`);
}

/** Whether the installation's own choices fit its org: what the command line chose instead says nothing about them. */
async function noteChoices(
  context: Context,
  state: State,
  { installation, object }: ReadSource,
  flags: ReadCommandInput['flags'],
  failure?: { error: unknown },
): Promise<void> {
  const isOwnChoice = !flags.map && !flags.field && !flags.filter && !flags.watermark;
  if (!installation || !isOwnChoice) return;
  const { createInstallationStore } = await import('../environments/local/installation-store.ts');
  const { noteChoiceBroken, noteChoiceWorks } = await import('../runtime/installations/action-needed.ts');
  const world = { db: state.db, installations: createInstallationStore(state.db), clock: context.clock };
  if (failure) noteChoiceBroken(world, installation.id, failure.error);
  else noteChoiceWorks(world, installation.id, object.objectName);
}

/** The command line that began the read. Throws `read-not-resumable`. */
async function findResumable(context: Context, state: State, operationId: string): Promise<ReadCommandInput> {
  const { ReadStore } = await import('../runtime/read/read-store.ts');
  const run = new ReadStore(state.db, () => context.clock.now()).findByOperation(operationId);
  if (run?.state === 'unfinished' && run.request) return run.request as ReadCommandInput;
  const why = run ? (run.state === 'done' ? 'ended well' : 'was given up for a newer one') : 'is not known here';
  throw new AmpError({ code: 'read-not-resumable', message: `The read ${operationId} ${why}.` });
}

async function findSource(
  context: Context,
  state: State,
  { objectName, flags }: ReadCommandInput,
): Promise<{ source: ReadSource; orgName: string | undefined }> {
  const { sourceOfInstallation, sourceOfManifest } = await import('../runtime/read/read-source.ts');
  if (flags.group === undefined) {
    const manifest = await loadManifest(context);
    return { source: sourceOfManifest(manifest, objectName, flags.integration), orgName: undefined };
  }
  if (flags.org !== undefined) throw (await import('./find-place.ts')).groupHasOrg();
  const { findInstallation } = await import('./find-installation.ts');
  const { installation, integration } = await findInstallation(
    state,
    flags.group,
    flags.integration,
    (candidate, installed) => sourceOfInstallation(installed, candidate, objectName),
  );
  return { source: sourceOfInstallation(installation, integration, objectName), orgName: installation.orgId };
}

async function loadManifest(context: Context) {
  const { findManifest } = await import('../platform/manifest-file.ts');
  const file = context.config.manifestFile ?? findManifest(context.cwd);
  if (!file) return undefined;
  const { loadCheckedFile } = await import('../environments/checked-file.ts');
  return loadCheckedFile(file).manifest;
}

async function chooseTarget(
  context: Context,
  state: State,
  flags: ReadCommandInput['flags'],
): Promise<{ target: StartRead['target']; output: ReadCommandResult['output'] }> {
  if (flags.deliver) {
    if (flags.output !== undefined) throw usage('--deliver and --output exclude each other.');
    if (flags.format === 'csv') throw usage('Messages are JSON: --deliver has no --format csv.');
    const { createOutbox } = await import('../destinations/outbox.ts');
    const { loadBase } = await import('../environments/local/revisions.ts');
    const outbox = createOutbox(state.db, () => context.clock.now());
    return {
      target: { kind: 'deliver', outbox, destination: flags.destination, projectId: loadBase(state.db).lineage },
      output: { kind: 'destination', delivery: { delivered: 0, pending: 0, dead: 0 } },
    };
  }
  if (flags.output === undefined || flags.output === '-') {
    const { createStreamSink } = await import('../runtime/read/sinks/stream-sink.ts');
    const send = context.output.json ? typedLines(context) : (bytes: Uint8Array) => context.output.bytes(bytes);
    return {
      target: { kind: 'sink', create: () => createStreamSink(send), key: undefined },
      output: { kind: 'stdout' },
    };
  }
  const path = resolve(context.cwd, flags.output);
  const { createFileSink } = await import('../runtime/read/sinks/file-sink.ts');
  return {
    target: { kind: 'sink', create: () => createFileSink(path), key: `file:${path}` },
    output: { kind: 'file', path },
  };
}

/** With --json every line of a stream says what it is. */
function typedLines(context: Context): (bytes: Uint8Array) => Promise<void> {
  return (bytes) =>
    context.output.bytes(Buffer.from(Buffer.from(bytes).toString('utf8').replace(/^\{/gm, '{"type":"record",')));
}

/** From here on it is worth saying beforehand what a read will cost. */
const largeRead = 50_000;

function forecastText(records: number, api: 'rest' | 'bulk'): string {
  const calls = Math.ceil(records / (api === 'bulk' ? 50_000 : 2000)) + 6;
  return `About ${groupDigits(records)} records by ${api === 'bulk' ? 'Bulk' : 'REST'}, some ${groupDigits(calls)} API calls.`;
}

function progressText(
  records: number,
  estimate: number | undefined,
  startedAt: number,
  usage: { used: number; max: number } | undefined,
): string {
  const seconds = (performance.now() - startedAt) / 1000;
  const rate = records / Math.max(seconds, 0.001);
  const parts = [`${groupDigits(rate)}/s`];
  if (estimate !== undefined && estimate > records && rate > 0)
    parts.push(`${Math.ceil((estimate - records) / rate)}s left`);
  if (usage) parts.push(`${groupDigits(usage.max - usage.used)} API calls left`);
  return parts.join(' · ');
}

function parseMappings(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=');
      if (at <= 0 || at === pair.length - 1) throw usage(`--map ${pair} is not name=Field.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function usage(message: string): AmpError {
  return new AmpError({ code: 'usage', message });
}
