/** JSON Schema (2020-12) of what webhooks receive: read, subscribe and schema.watch messages, and notifications. */
export function messageJsonSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'amp webhook message',
    description:
      'The body of a webhook. Keys marked required are in every message of that kind, also in older published shapes; the others are sent by amp and may be missing elsewhere.',
    anyOf: [
      { $ref: '#/$defs/read' },
      { $ref: '#/$defs/subscribe' },
      { $ref: '#/$defs/schemaWatch' },
      { $ref: '#/$defs/notification' },
    ],
    $defs: {
      read: envelope({
        action: { const: 'read' },
        operationId: text('The operation that read the records; amp operations show takes it.'),
        readType: { enum: ['backfill', 'scheduled', 'triggered'] },
        ...recordMessage,
      }),
      subscribe: envelope({ action: { const: 'subscribe' }, ...recordMessage }),
      schemaWatch: {
        ...envelope({ action: { const: 'schema.watch' }, result: { type: 'object' } }),
        required: ['action', 'objectName', 'result'],
      },
      notification: {
        type: 'object',
        required: ['notificationType', 'data'],
        properties: { notificationType: { type: 'string' }, data: { type: 'object' } },
        additionalProperties: false,
      },
      resultInfo: {
        type: 'object',
        required: ['type', 'numRecords'],
        properties: {
          type: { enum: ['inline', 'url'] },
          numRecords: { type: 'integer', minimum: 0 },
          downloadUrl: text('Serves the list that result would have held, for 15 minutes.'),
        },
        additionalProperties: false,
      },
      entry: {
        type: 'object',
        properties: {
          fields: { type: 'object', description: 'Selected fields that are not mapped, keys in lower case.' },
          mappedFields: { type: 'object', description: 'By mapped name; paths are nested.' },
          raw: { type: 'object', description: 'The record as the provider gave it.' },
          associations: { type: 'object' },
          id: text('Of a deleted record.'),
          subscribeEventType: { enum: ['create', 'update', 'delete', 'associationUpdate', 'other'] },
          providerEventType: { type: 'string' },
          rawEvent: { type: 'object' },
          fieldsUpdated: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  };
}

const text = (description: string) => ({ type: 'string', description });

const recordMessage = {
  workspace: text('Subdomain of the org.'),
  rawObjectName: text("The provider's name of the object."),
  mappedObjectName: text('Only in messages of the hosted service.'),
  operationTime: text('ISO 8601; for events when the change was committed.'),
  resultInfo: { $ref: '#/$defs/resultInfo' },
  result: { type: 'array', items: { $ref: '#/$defs/entry' } },
};

function envelope(properties: Record<string, object>): {
  type: 'object';
  required: string[];
  properties: Record<string, object>;
  additionalProperties: false;
} {
  return {
    type: 'object',
    required: ['action', 'objectName', 'resultInfo'],
    properties: {
      ...properties,
      projectId: { type: 'string' },
      provider: { type: 'string' },
      groupRef: { type: 'string' },
      groupName: { type: 'string' },
      consumerRef: { type: 'string' },
      consumerName: { type: 'string' },
      installationId: { type: 'string' },
      installationUpdateTime: { type: 'string' },
      objectName: text('The mapped name, else the spelling of the manifest.'),
    },
    additionalProperties: false,
  };
}
