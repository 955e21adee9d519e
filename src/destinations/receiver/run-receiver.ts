import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../../cli/context.ts';
import { locateState } from '../../config/project.ts';
import { AmpError } from '../../errors/amp-error.ts';
import { openState, type State } from '../../store/state.ts';
import { parseSigningSecret, type SigningKey } from '../webhook/sign.ts';
import { type ReceivedEvent, startReceiver } from './receiver.ts';
import { receivedDestinations, receiverKeys } from './receiver-keys.ts';

export interface ListenFlags {
  port?: number;
  'forward-to'?: string;
  save?: string;
  respond?: number;
  destination?: string;
  secret?: string;
  max?: number;
}

export interface ListenSummary {
  type: 'summary';
  received: number;
  valid: number;
  refused: number;
}

export interface ListenReport {
  /** `checking` says with what signatures are verified. */
  started(url: string, checking: string): void;
  received(event: ReceivedEvent): void;
  ended(summary: ListenSummary): void;
}

type Keys = { checking: string; load(fresh: boolean): Promise<readonly SigningKey[]> };

/** Receives until the signal, or `max` messages. Throws `destination-…`, `usage`, `file-unreadable`. */
export async function runReceiver(context: Context, flags: ListenFlags, report: ListenReport): Promise<void> {
  const { cwd, clock, signal } = context;
  const port = flags.port ?? 4000;
  if (flags['forward-to'] !== undefined && !URL.canParse(flags['forward-to'])) {
    throw new AmpError({ code: 'usage', message: '--forward-to is not a URL.' });
  }
  const state = openProjectState(context, flags);
  const summary: ListenSummary = { type: 'summary', received: 0, valid: 0, refused: 0 };
  const enough = new AbortController();
  try {
    const keys = await chooseKeys(context, flags, port, state);
    const receiver = await startReceiver({
      port,
      clock,
      signingKeys: keys.load,
      ...(flags.respond === undefined ? {} : { respond: flags.respond }),
      ...(flags['forward-to'] === undefined ? {} : { forwardTo: flags['forward-to'] }),
      ...(flags.save === undefined ? {} : { saveTo: resolve(cwd, flags.save) }),
      onMessage: (event) => {
        summary.received++;
        if (event.signature === 'valid') summary.valid++;
        else if (event.signature !== 'unchecked') summary.refused++;
        report.received(event);
        if (summary.received === flags.max) enough.abort();
      },
    });
    report.started(receiver.url, keys.checking);
    await aborted(AbortSignal.any([signal, enough.signal]));
    await receiver.stop();
  } finally {
    state?.close();
  }
  report.ended(summary);
}

/** The project's state when there is one: `amp listen` works without a project too. */
function openProjectState(context: Context, flags: ListenFlags): State | undefined {
  if (flags.secret !== undefined) return undefined;
  try {
    return openState(locateState(context));
  } catch (error) {
    const isElsewhere = error instanceof AmpError && error.code === 'project-not-found';
    if (isElsewhere && flags.destination === undefined) return undefined;
    throw error;
  }
}

async function chooseKeys(context: Context, flags: ListenFlags, port: number, state?: State): Promise<Keys> {
  if (flags.secret !== undefined) {
    const key = parseSigningSecret((await readSecret(context, flags.secret)).trim());
    return { checking: 'checked with the secret given', load: async () => [key] };
  }
  const names = () => (state ? receivedDestinations(state, port, flags.destination) : []);
  const found = names();
  const checking =
    found.length === 0
      ? 'not checked (no destination of this project points here)'
      : `checked for ${found.map(({ name }) => name).join(', ')}`;
  // A secret may be rotated, or a destination added, while we listen; but opening the credential store is slow.
  let loaded: { keys: Promise<readonly SigningKey[]>; at: number } | undefined;
  return {
    checking,
    load: (fresh) => {
      const now = context.clock.now();
      const keptMs = fresh ? freshKeysMs : keptKeysMs;
      if (!loaded || now - loaded.at >= keptMs) {
        loaded = { keys: receiverKeys(context.config, names(), now), at: now };
        loaded.keys.catch(() => {
          loaded = undefined;
        });
      }
      return loaded.keys;
    },
  };
}

const keptKeysMs = 60_000;
const freshKeysMs = 1_000;

async function readSecret(context: Context, from: string): Promise<string> {
  if (from === '-') return (await context.stdin()).toString('utf8');
  if (!from.startsWith('@')) {
    throw new AmpError({
      code: 'usage',
      message: 'A secret never travels on the command line.',
      hint: 'Give --secret - and the secret on stdin, or --secret @file.',
    });
  }
  const path = resolve(context.cwd, from.slice(1));
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new AmpError({ code: 'file-unreadable', message: `Cannot read ${path}.`, cause: error });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
