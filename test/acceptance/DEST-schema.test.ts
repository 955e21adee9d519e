import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { messageJsonSchema } from '../../src/destinations/message-schema.ts';
import { packMessages } from '../../src/destinations/pack.ts';
import { composeMessage } from '../../src/notifications/compose.ts';
import { exampleData } from '../../src/notifications/example.ts';
import { readEnvelope } from '../../src/runtime/read/envelope.ts';
import { subscribeHead } from '../../src/runtime/subscribe/event-message.ts';

const ajv = new Ajv2020({ allErrors: true });
const ours = ajv.compile(messageJsonSchema());

/** What the public OpenAPI file of Ampersand's webhook messages requires and types, in our words. */
const published = ajv.compile({
  type: 'object',
  required: ['action', 'projectId', 'provider', 'groupRef', 'groupName', 'installationId', 'objectName', 'resultInfo'],
  properties: {
    ...Object.fromEntries(
      [
        'action',
        'projectId',
        'provider',
        'workspace',
        'groupRef',
        'groupName',
        'installationId',
        'objectName',
        'mappedObjectName',
      ].map((key) => [key, { type: 'string' }]),
    ),
    resultInfo: {
      type: 'object',
      required: ['type', 'numRecords'],
      properties: {
        type: { enum: ['url', 'inline'] },
        downloadUrl: { type: 'string' },
        numRecords: { type: 'integer' },
      },
    },
    result: {
      type: 'array',
      items: {
        type: 'object',
        properties: Object.fromEntries(
          ['fields', 'mappedFields', 'raw', 'rawEvent'].map((key) => [key, { type: 'object' }]),
        ),
      },
    },
  },
});

const who = {
  projectId: 'prj_7',
  provider: 'salesforce',
  workspace: 'quayline-dev',
  groupRef: 'org-quayline',
  groupName: 'Quayline Logistics',
  consumerRef: 'u-12',
  consumerName: 'Ada Quist',
  installationId: 'ins_41',
  installationUpdateTime: '2026-02-03T08:00:00Z',
};
const entry = {
  fields: { id: '006AB00000C1dEfIAJ', amount: null },
  mappedFields: { stage: 'Closed Won', owner: { email: 'ada@example.com' } },
  raw: { attributes: { type: 'Opportunity' }, Id: '006AB00000C1dEfIAJ', StageName: 'Closed Won' },
};
const event = {
  ...entry,
  subscribeEventType: 'update',
  providerEventType: 'UPDATE',
  fieldsUpdated: ['StageName', 'Name.LastName'],
  rawEvent: { ChangeEventHeader: { entityName: 'Opportunity' } },
};
const bodies = (head: Record<string, unknown>, record: object) =>
  [...packMessages(head, [Buffer.from(JSON.stringify(record))])].map(({ body }) =>
    JSON.parse(Buffer.from(body).toString()),
  );
const readHead = readEnvelope({
  ...who,
  objectName: 'deal',
  rawObjectName: 'Opportunity',
  operationId: 'op_90',
  readType: 'scheduled',
  operationTime: '2026-02-03T09:15:02Z',
});
const eventHead = subscribeHead(who, {
  objectName: 'deal',
  rawObjectName: 'Opportunity',
  committedAtMs: 1770110102000,
});

describe('what a webhook receives', () => {
  test('DEST-20 our read and subscribe messages, inline and by address, pass the published schema and ours', () => {
    const large = { ...entry, fields: { text: 'x'.repeat(300_000) } };
    for (const message of [...bodies(readHead, entry), ...bodies(readHead, large), ...bodies(eventHead, event)]) {
      expect(published(message), JSON.stringify(published.errors)).toBe(true);
      expect(ours(message), JSON.stringify(ours.errors)).toBe(true);
    }
  });

  test('DEST-20 published shapes with fewer keys pass ours as subsets', () => {
    const { consumerRef: _ref, consumerName: _name, installationUpdateTime: _time, ...older } = who;
    const [read] = bodies({ action: 'read', ...older, objectName: 'contact' }, { fields: { id: '1' }, raw: {} });
    const shapes = [
      read,
      { ...read, mappedObjectName: 'person' },
      {
        action: 'read',
        readType: 'scheduled',
        operationId: 'op_90',
        objectName: 'deal',
        rawObjectName: 'Opportunity',
        resultInfo: { type: 'url', downloadUrl: 'https://example.com/x', numRecords: 1 },
      },
      { action: 'schema.watch', objectName: 'deal', result: { deletedFields: [{ fieldName: 'tier__c' }] } },
      { notificationType: 'read.backfill.done', data: { installationId: 'ins_41', objectName: 'deal' } },
    ];
    for (const shape of shapes) expect(ours(shape), JSON.stringify(ours.errors)).toBe(true);
    for (const wrong of [{}, { action: 'read', objectName: 'deal' }, { ...read, extra: 1 }, { ...read, result: {} }]) {
      expect(ours(wrong), JSON.stringify(wrong).slice(0, 80)).toBe(false);
    }
  });

  test('a notification passes too', () => {
    const destination = {
      id: 'dst_1',
      name: 'ops',
      kind: 'stdout',
      settings: {},
      state: 'enabled',
      createdAt: '',
      updatedAt: '',
    } as const;
    const type = 'destination.webhook.disabled';
    const message = composeMessage(type, exampleData(type, 'prj_7'), destination, { at: 1, summary: '' });
    expect(ours(JSON.parse(Buffer.from(message.body).toString())), JSON.stringify(ours.errors)).toBe(true);
  });
});
