import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AmpError } from '../../../errors/amp-error.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import type { Clock } from '../../../platform/clock.ts';
import { readPrivateFile, writePrivateFile } from '../../../platform/files.ts';
import type { SalesforceClient, SalesforceRequest } from '../rest/client.ts';
import { type ObjectSchema, type ObjectSummary, parseObjectSchema, parseObjectSummary } from './object-schema.ts';

/** The schema of one org as one user sees it. */
export interface Describer {
  /** By API name, in any case. Throws `salesforce-object-unknown`. */
  object(name: string, asked?: { retry?: SalesforceRequest['retry'] }): Promise<ObjectSchema>;
  /** Everything there is, by name. */
  objects(): Promise<ObjectSummary[]>;
  /** Makes the next questions ask the org again. */
  forget(): void;
}

export interface DescriberOptions {
  client: SalesforceClient;
  org: Pick<OrgRecord, 'id' | 'instanceUrl' | 'isEmulator'>;
  clock: Clock;
  /** User's cache folder; undefined: nothing is kept beyond this object. */
  cacheDir: string | undefined;
  /** How long an answer counts without asking again; default one minute. */
  freshMs?: number;
  /** Ends questions on their way. */
  signal?: AbortSignal;
}

interface Kept<Value> {
  value: Value;
  /** The org's own stamp, sent back as If-Modified-Since. */
  lastModified: string | undefined;
  askedAt: number;
}

const defaultFreshMs = 60_000;

/**
 * Describe with a memory and, for real orgs, a file behind it: an unchanged object costs one 304 instead of up to a megabyte.
 * Field-level security makes the answer a user's own, so the cache belongs to (org, user, API version), never to an object name.
 */
export function createDescriber(options: DescriberOptions): Describer {
  const { client, clock } = options;
  const freshMs = options.freshMs ?? defaultFreshMs;
  const memory = new Map<string, Kept<unknown>>();
  const asking = new Map<string, Promise<unknown>>();
  // An emulator forgets its history with each start: its stamps say nothing about an earlier life.
  const dir =
    options.cacheDir === undefined || options.org.isEmulator
      ? undefined
      : join(options.cacheDir, 'describe', hash(`${options.org.id} ${options.org.instanceUrl} v${client.apiVersion}`));

  type Retry = SalesforceRequest['retry'];
  const ask = async <Value>(
    name: string,
    path: string,
    parse: (body: unknown) => Value,
    retry: Retry,
  ): Promise<Value> => {
    const file = dir && join(dir, `${hash(name)}.json`);
    const kept = (memory.get(name) ?? (file ? await loadKept<Value>(file) : undefined)) as Kept<Value> | undefined;
    if (kept && memory.has(name) && clock.now() - kept.askedAt < freshMs) return kept.value;
    const answer = await client.json({
      path,
      headers: kept?.lastModified ? { 'if-modified-since': kept.lastModified } : {},
      accept: [304],
      timeoutMs: 120_000,
      ...(retry && { retry }),
      ...(options.signal && { signal: options.signal }),
    });
    if (answer.status === 304 && kept) {
      memory.set(name, { ...kept, askedAt: clock.now() });
      return kept.value;
    }
    const next: Kept<Value> = {
      value: parse(answer.body),
      lastModified: answer.headers['last-modified'],
      askedAt: clock.now(),
    };
    memory.set(name, next);
    if (file && next.lastModified) await writePrivateFile(file, JSON.stringify(next));
    return next.value;
  };

  /** Twenty workers asking for Account at once are one request. */
  const once = <Value>(name: string, path: string, parse: (body: unknown) => Value, retry?: Retry): Promise<Value> => {
    const running = asking.get(name) as Promise<Value> | undefined;
    if (running) return running;
    const started = ask(name, path, parse, retry).finally(() => asking.delete(name));
    asking.set(name, started);
    return started;
  };

  return {
    async object(name, { retry } = {}) {
      if (!/^[a-z]\w*$/i.test(name)) throw unknownObject(name);
      try {
        return await once(name.toLowerCase(), `sobjects/${name}/describe`, (body) => parseSchema(body, name), retry);
      } catch (error) {
        if (error instanceof AmpError && error.details?.errorCode === 'NOT_FOUND') throw unknownObject(name, error);
        throw error;
      }
    },
    objects: () => once('*', 'sobjects', parseSummaries),
    forget: () => memory.clear(),
  };
}

function parseSchema(body: unknown, name: string): ObjectSchema {
  try {
    return parseObjectSchema(body);
  } catch (error) {
    throw new AmpError({
      code: 'salesforce-answer-damaged',
      message: `The describe of ${name} is not one.`,
      cause: error,
    });
  }
}

function parseSummaries(body: unknown): ObjectSummary[] {
  const entries = (body as { sobjects?: Record<string, unknown>[] })?.sobjects;
  if (!Array.isArray(entries)) {
    throw new AmpError({ code: 'salesforce-answer-damaged', message: 'The list of objects is not one.' });
  }
  return entries.map(parseObjectSummary).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function loadKept<Value>(file: string): Promise<Kept<Value> | undefined> {
  const bytes = await readPrivateFile(file);
  if (!bytes) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as Kept<Value>;
  } catch {
    // Only a cache: a damaged entry is a missing one.
    return undefined;
  }
}

function unknownObject(name: string, cause?: unknown): AmpError {
  return new AmpError({
    code: 'salesforce-object-unknown',
    message: `There is no object "${name}" that this user can see.`,
    // The same fact in better words, and not an outer error that waits for an inner one: its code and remedy hold.
    ...(cause instanceof AmpError && { causes: [...cause.causes, cause.message], details: { ...cause.details } }),
  });
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
