import type { KinesisSettings } from '../destination.ts';
import type { Target } from '../target.ts';
import { type AwsWorld, openAwsCaller, serviceHost } from './aws-request.ts';
import { compileKeyTemplate, partitionKeyRules } from './key-template.ts';
import { type FactsWorld, readMessageFacts } from './message-facts.ts';

/** A record and its key together, before base64 (`PutRecord`); like the 300,000 of messages, safe for either reading of 1 MB. */
export const kinesisLimitBytes = 1_000_000;

/**
 * Puts each message into the stream as `{"metadata": {…}, "data": <message>}`, one `PutRecord` a message: the order within one
 * partition key is the order of the answers, which a batch of records would not keep.
 */
export function openKinesisTarget(settings: KinesisSettings, world: AwsWorld & FactsWorld): Target {
  const { streamName, region, partitionKeyTemplate } = settings;
  const url = new URL(settings.endpointUrl ?? `https://kinesis.${serviceHost(region)}/`);
  const template = partitionKeyTemplate ? compileKeyTemplate(partitionKeyTemplate, partitionKeyRules) : undefined;
  const caller = openAwsCaller('kinesis', url, world);
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Kinesis_20131202.PutRecord' };
  return {
    async send(message) {
      const { metadata, payload, template: input } = readMessageFacts(message, world);
      const key = template?.(input()) ?? message.id;
      const data = Buffer.concat([
        Buffer.from(`{"metadata":${JSON.stringify(metadata)},"data":`),
        payload,
        Buffer.from('}'),
      ]);
      const size = data.length + Buffer.byteLength(key);
      if (size > kinesisLimitBytes) {
        return { kind: 'failed', reason: `the record has ${size} bytes, more than a stream takes`, busy: false };
      }
      const request = { StreamName: streamName, PartitionKey: key, Data: data.toString('base64') };
      return caller.call({ method: 'POST', url, headers, body: Buffer.from(JSON.stringify(request)) });
    },
    close: caller.close,
  };
}
