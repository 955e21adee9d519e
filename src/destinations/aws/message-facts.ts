import type { OutgoingMessage } from '../target.ts';

/** What travels beside a message in a stream record, and as the nine names of an S3 object. Empty where it has none. */
export type MessageMetadata = Record<
  | 'projectId'
  | 'installationId'
  | 'connectionId'
  | 'destinationId'
  | 'operationId'
  | 'objectName'
  | 'event-id'
  | 'timestamp'
  | 'topic',
  string
>;

/** What a key template is evaluated over. `time` is the message's own time, in UTC; all of its parts are text. */
export interface TemplateInput {
  metadata: MessageMetadata;
  time: Record<string, string>;
  data: unknown;
}

export interface MessageFacts {
  metadata: MessageMetadata;
  /** The payload as JSON: the message itself; of a notification only its `data`, since its type is the topic. */
  payload: Uint8Array;
  template(): TemplateInput;
}

export interface FactsWorld {
  destinationId: string;
  /** The connection an installation reads through. */
  connectionOf(installationId: string): string | undefined;
}

/** Reads a stored message once for everything that is said about it. */
export function readMessageFacts(message: OutgoingMessage, world: FactsWorld): MessageFacts {
  const whole = JSON.parse(Buffer.from(message.body).toString('utf8')) as Record<string, unknown>;
  const isNotification = typeof whole.notificationType === 'string';
  const data = (isNotification ? whole.data : whole) as Record<string, unknown>;
  const installationId = textOf(data.installationId);
  const metadata: MessageMetadata = {
    projectId: textOf(data.projectId),
    installationId,
    connectionId: textOf(data.connectionId) || (world.connectionOf(installationId) ?? ''),
    destinationId: world.destinationId,
    operationId: textOf(data.operationId),
    objectName: textOf(data.objectName),
    'event-id': message.id,
    timestamp: new Date(message.createdAt).toISOString(),
    topic: message.topic,
  };
  return {
    metadata,
    // The bytes as stored, so that numbers keep their digits.
    payload: isNotification ? Buffer.from(JSON.stringify(data)) : message.body,
    template: () => ({ metadata, time: timeParts(message.createdAt), data }),
  };
}

/** `at` in epoch milliseconds. */
export function timeParts(at: number): Record<string, string> {
  const iso = new Date(at).toISOString();
  const [date, clock] = [iso.slice(0, 10), iso.slice(11, 19)];
  const [year, month, day] = date.split('-') as [string, string, string];
  const [hour, minute, second] = clock.split(':') as [string, string, string];
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    date,
    datetime: `${date}T${clock}`,
    unix: String(Math.floor(at / 1000)),
    rfc3339: `${date}T${clock}Z`,
    rfc3339_nano: `${iso.slice(0, -1)}000000Z`,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
