/** What describes a destination: all of it to `add`, what changes to `update`. */
export const destinationFlags = {
  url: { type: 'string', placeholder: 'url', summary: 'Webhook: an https address' },
  header: { type: 'strings', placeholder: 'name=value', summary: 'Webhook: sent with every message; repeatable' },
  slack: {
    type: 'boolean',
    summary: 'Webhook: notifications as {text}, for chats with incoming webhooks like Slack (hooks.slack.com is known)',
  },
  kinesis: { type: 'string', placeholder: 'stream', summary: 'Amazon Kinesis: the stream' },
  'partition-key': { type: 'string', placeholder: 'jmespath', summary: 'Kinesis: key template (default: message id)' },
  s3: { type: 'string', placeholder: 'bucket', summary: 'Amazon S3: the bucket' },
  'object-key': {
    type: 'string',
    placeholder: 'jmespath',
    summary: 'S3: key template (default: <timestamp>_<event-id>.json)',
  },
  'storage-class': { type: 'string', placeholder: 'class', summary: 'S3: default STANDARD' },
  region: { type: 'string', placeholder: 'region', summary: 'AWS: such as eu-central-1' },
  'access-key-id': { type: 'string', placeholder: 'id', summary: 'AWS: of the key that may write there' },
  'secret-access-key': { type: 'string', placeholder: '-|@file', summary: 'AWS: from stdin or a file' },
  'session-token': { type: 'string', placeholder: '-|@file', summary: 'AWS: of temporary credentials' },
  'endpoint-url': { type: 'string', placeholder: 'url', summary: "AWS: in place of AWS's own address" },
  folder: { type: 'string', placeholder: 'dir', summary: 'Folder: one NDJSON file a topic' },
  'allow-private-network': {
    type: 'boolean',
    summary: 'Development: permit http on this machine and private addresses',
  },
} as const;
