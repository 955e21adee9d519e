import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import type { Database } from '../store/database.ts';
import { createDestinationStore } from './destination-store.ts';
import { newMessageId } from './outbox.ts';
import type { ReplayResult } from './replay-and-deliver.ts';
import type { DeliveryOptions } from './sender/deliver-pending.ts';
import { type EventSelection, listEvents, loadEvent, selectedIds } from './stored-events.ts';
import type { OutgoingMessage } from './target.ts';
import { loadWebhookSecrets, signingKeys } from './webhook/secrets.ts';
import { newSigningSecret, parseSigningSecret, type SigningKey } from './webhook/sign.ts';
import { openWebhookTarget } from './webhook/webhook-target.ts';

export interface ForwardOptions extends Pick<DeliveryOptions, 'credentials' | 'clock' | 'signal' | 'userAgent'> {
  url: string;
}

const mostForwarded = 10_000;

/**
 * Sends stored events, or files saved by `amp listen`, once each to `url`, oldest first: signed with their own destination's
 * secret (files with that of `selection.destination`, else a passing one), marked as replayed. The outbox does not change. Throws `destination-url-refused`,
 * `destination-event-not-found`, `file-unreadable`, and what the credential store throws.
 */
export async function forwardEvents(
  db: Database,
  selection: EventSelection,
  options: ForwardOptions,
): Promise<ReplayResult> {
  const files = selection.given.filter((name) => name.endsWith('.json'));
  const given = selection.given.filter((name) => !name.endsWith('.json'));
  // Files are named one by one: the flags then only say with which secret.
  const wantsEvents = given.length > 0 || files.length === 0;
  const ids = wantsEvents ? selectedIds(db, { ...selection, given }) : [];
  const events = wantsEvents ? listEvents(db, { ...selection, ...(ids ? { ids } : {}) }, mostForwarded).reverse() : [];
  let keys: readonly SigningKey[] = [];
  const target = openWebhookTarget({
    url: options.url,
    // Whoever names an address here may name one on this machine.
    allowPrivateNetwork: true,
    headers: {},
    signingKeys: () => keys,
    now: () => options.clock.now(),
    userAgent: options.userAgent ?? 'amp',
  });
  const result: ReplayResult = { replayed: 0, delivered: 0, pending: 0, dead: 0, failed: 0, problems: [] };
  const send = async (message: OutgoingMessage) => {
    options.signal?.throwIfAborted();
    const outcome = await target.send(message);
    result.replayed++;
    if (outcome.kind === 'delivered') result.delivered++;
    else {
      result.failed++;
      result.problems.push({ id: message.id, reason: outcome.reason });
    }
  };
  try {
    for (const event of events) {
      keys = await keysOf(db, event.destination, options);
      const { body } = loadEvent(db, event.id);
      await send({ id: event.id, topic: event.topic, createdAt: Date.parse(event.createdAt), body, replayed: true });
    }
    const fileKeys = selection.destination
      ? await keysOf(db, selection.destination, options)
      : [parseSigningSecret(newSigningSecret())];
    for (const file of files) {
      keys = fileKeys;
      const createdAt = options.clock.now();
      await send({ ...(await readSaved(file, createdAt)), createdAt, replayed: true });
    }
  } finally {
    await target.close();
  }
  return result;
}

async function keysOf(db: Database, name: string, { credentials, clock }: ForwardOptions): Promise<SigningKey[]> {
  const destination = createDestinationStore(db).require(name);
  if (destination.kind !== 'webhook') return [parseSigningSecret(newSigningSecret())];
  const store = typeof credentials === 'function' ? await credentials(destination) : credentials;
  return signingKeys(await loadWebhookSecrets(store, destination), clock.now());
}

async function readSaved(path: string, now: number): Promise<{ id: string; topic: string; body: Uint8Array }> {
  try {
    const id = /(msg_[0-9A-Za-z]+)\.json$/.exec(basename(path))?.[1] ?? newMessageId(now);
    return { id, topic: 'replay', body: await readFile(path) };
  } catch (error) {
    throw new AmpError({ code: 'file-unreadable', message: `Cannot read ${path}.`, cause: error });
  }
}
