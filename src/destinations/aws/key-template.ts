import jmespath from 'jmespath';
import { AmpError } from '../../errors/amp-error.ts';
import { type MessageMetadata, type TemplateInput, timeParts } from './message-facts.ts';

/** A template's text for a message; undefined when it gives none that can be a key. */
export type KeyTemplate = (input: TemplateInput) => string | undefined;

export interface KeyRules {
  /** As people know it: `partition key`, `object key`. */
  name: string;
  isUsable(key: string): boolean;
}

/** A partition key is 1 to 256 characters (Kinesis `PutRecord`). */
export const partitionKeyRules: KeyRules = {
  name: 'partition key',
  isUsable: (key) => key.length > 0 && [...key].length <= 256,
};

/** An object key has at most 1,024 bytes; dot segments would be folded away inside a URL. */
export const objectKeyRules: KeyRules = {
  name: 'object key',
  isUsable: (key) =>
    key.length > 0 &&
    Buffer.byteLength(key) <= 1024 &&
    !hasControlCharacter(key) &&
    !key.split('/').some((segment) => segment === '.' || segment === '..'),
};

const longestTemplate = 1024;

/**
 * Compiles a JMESPath template (jmespath.org) and tries it on a message of each kind, so that a template which can never give
 * a key is refused when it is saved. Throws `destination-template`.
 */
export function compileKeyTemplate(text: string, rules: KeyRules): KeyTemplate {
  const refuse = (why: string) =>
    new AmpError({ code: 'destination-template', message: `The template of the ${rules.name} ${why}.` });
  if (text.length > longestTemplate) throw refuse(`has more than ${longestTemplate} characters`);
  const fault = syntaxFault(text);
  if (fault !== undefined) throw refuse(`is not JMESPath: ${fault}`);
  const template: KeyTemplate = (input) => {
    const key = evaluate(text, input);
    return typeof key === 'string' && rules.isUsable(key) ? key : undefined;
  };
  if (samples.every((sample) => template(sample) === undefined)) {
    throw refuse(`gives no usable text for any message (${problemOf(text)})`);
  }
  return template;
}

/** What the parser says; undefined when it is content. Values are not its matter. */
function syntaxFault(text: string): string | undefined {
  try {
    jmespath.search({}, text);
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'ParserError' || name === 'LexerError') return message.replace(/\.$/, '');
  }
  return undefined;
}

/** Functions refuse what they are not made for: such a message has no key by this template. */
function evaluate(text: string, input: TemplateInput): unknown {
  try {
    return jmespath.search(input, text);
  } catch {
    return undefined;
  }
}

function problemOf(text: string): string {
  try {
    const value = jmespath.search(samples[0], text);
    return value === null
      ? 'a read message has nothing there'
      : `a read message gives ${JSON.stringify(value).slice(0, 60)}`;
  } catch (error) {
    return (error as Error).message.replace(/\.$/, '');
  }
}

function hasControlCharacter(key: string): boolean {
  return [...key].some((character) => character < ' ' || character === '\x7f');
}

const owner = {
  projectId: 'lin_1',
  provider: 'salesforce',
  workspace: 'quayline',
  groupRef: 'group',
  groupName: 'Group',
  consumerRef: 'user',
  consumerName: 'User',
  installationId: 'ins_1',
  installationUpdateTime: '2026-02-03T08:00:00.000Z',
};

const objects = { objectName: 'deal', rawObjectName: 'Opportunity', operationTime: '2026-02-03T09:15:02.000Z' };
const inline = { resultInfo: { type: 'inline', numRecords: 1 } };

/** A message of each kind, in as far as a key would look at it. */
const samples: readonly TemplateInput[] = [
  sample('read', {
    action: 'read',
    ...owner,
    ...objects,
    operationId: 'op_1',
    readType: 'scheduled',
    ...inline,
    result: [{ fields: { id: '006000000000001AAA' }, mappedFields: {}, raw: { Id: '006000000000001AAA' } }],
  }),
  sample('subscribe', {
    action: 'subscribe',
    ...owner,
    ...objects,
    ...inline,
    result: [{ subscribeEventType: 'update', providerEventType: 'UPDATE', fields: { id: '006000000000001AAA' } }],
  }),
  sample('schema.watch', { action: 'schema.watch', ...owner, objectName: 'deal', result: { createdFields: [] } }),
  sample('read.backfill.done', { ...owner, connectionId: 'con_1', integrationId: 'crm', objectName: 'deal' }),
];

function sample(topic: string, data: Record<string, unknown>): TemplateInput {
  const metadata: MessageMetadata = {
    projectId: owner.projectId,
    installationId: owner.installationId,
    connectionId: 'con_1',
    destinationId: 'dst_1',
    operationId: typeof data.operationId === 'string' ? data.operationId : '',
    objectName: 'deal',
    'event-id': 'msg_1',
    timestamp: objects.operationTime,
    topic,
  };
  return { metadata, time: timeParts(Date.parse(objects.operationTime)), data };
}
