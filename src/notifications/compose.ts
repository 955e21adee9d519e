import type { DestinationRecord, OutboxMessage } from '../destinations/destination.ts';
import { newMessageId } from '../destinations/outbox.ts';
import { downloadMarker, messageLimitBytes } from '../destinations/pack.ts';
import { randomBase62 } from '../platform/ids.ts';
import type { NotificationType } from './notification.ts';

/** The message for one destination, with its final bytes. */
export function composeMessage(
  type: NotificationType,
  data: object,
  destination: DestinationRecord,
  { at, summary }: { at: number; summary: string },
): OutboxMessage {
  const fitted = fitConfig(data);
  const body = isChat(destination)
    ? slackBody(summary, { notificationType: type, data: fitted.data })
    : { notificationType: type, data: fitted.data };
  return {
    id: newMessageId(at),
    destination: destination.name,
    orderKey: 'notifications',
    body: Buffer.from(JSON.stringify(body)),
    records: 0,
    topic: type,
    ...(fitted.download ? { download: fitted.download } : {}),
  };
}

// Room for the wrapper and an address in place of the config.
const dataLimitBytes = messageLimitBytes - 4_096;

/** `configURL` in place of a config that would make the message too large; a large `lastConfig` is left out then. */
function fitConfig(data: object): { data: object; download?: OutboxMessage['download'] } {
  const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  if (size(data) <= dataLimitBytes || !('config' in data)) return { data };
  const { config, ...rest } = data as { config: unknown; lastConfig?: unknown };
  const id = randomBase62(22);
  const fitted: Record<string, unknown> = { ...rest, configURL: downloadMarker(id) };
  if (size(fitted) > dataLimitBytes) delete fitted.lastConfig;
  return { data: fitted, download: { id, content: Buffer.from(JSON.stringify(config)) } };
}

/** Whether people read there: a chat that takes Slack's incoming webhooks. */
export function isChat({ settings }: DestinationRecord): boolean {
  if (!('url' in settings)) return false;
  return settings.chat === 'slack' || new URL(settings.url).hostname === 'hooks.slack.com';
}

/** A sentence for a chat that no documented notification says: something fails, something works again. */
export function composeChatMessage(
  topic: string,
  sentence: string,
  destination: DestinationRecord,
  at: number,
): OutboxMessage {
  return {
    id: newMessageId(at),
    destination: destination.name,
    orderKey: 'notifications',
    body: Buffer.from(JSON.stringify({ text: escapeChat(sentence) })),
    records: 0,
    topic,
  };
}

// Slack cuts a text at about 16,000 characters without a word.
const slackCharacters = 12_000;

/** Slack's incoming webhooks take `{text}`: one sentence, then the payload. */
function slackBody(summary: string, payload: object): { text: string } {
  const json = JSON.stringify(payload, null, 2).replaceAll('```', "'''");
  const shown = json.length > slackCharacters ? `${json.slice(0, slackCharacters)}\n… (cut)` : json;
  return { text: `${escapeChat(summary)}\n\`\`\`${shown}\`\`\`` };
}

const escapeChat = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
