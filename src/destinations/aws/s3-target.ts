import type { S3Settings } from '../destination.ts';
import type { Target } from '../target.ts';
import { type AwsWorld, openAwsCaller, serviceHost } from './aws-request.ts';
import { compileKeyTemplate, objectKeyRules } from './key-template.ts';
import { type FactsWorld, type MessageMetadata, readMessageFacts } from './message-facts.ts';

/** Puts each message into the bucket as an object of its own, with its bare body and what is known about it as metadata. */
export function openS3Target(settings: S3Settings, world: AwsWorld & FactsWorld): Target {
  const base = bucketUrl(settings);
  const template = settings.keyTemplate ? compileKeyTemplate(settings.keyTemplate, objectKeyRules) : undefined;
  const caller = openAwsCaller('s3', base, world);
  return {
    async send(message) {
      const { metadata, payload, template: input } = readMessageFacts(message, world);
      // Both parts are the same for every attempt, so a repeated one replaces its object.
      const key = template?.(input()) ?? `${metadata.timestamp}_${metadata['event-id']}.json`;
      const url = new URL(base.href + key.split('/').map(encodeSegment).join('/'));
      const headers = {
        'content-type': 'application/json',
        'x-amz-storage-class': settings.storageClass,
        ...metadataHeaders(metadata),
      };
      return caller.call({ method: 'PUT', url, headers, body: payload });
    },
    close: caller.close,
  };
}

/** With a slash at its end. A bucket with dots, or behind another endpoint, stands in the path: its name fits no certificate. */
function bucketUrl({ bucket, region, endpointUrl }: S3Settings): URL {
  if (endpointUrl) return new URL(`${endpointUrl.replace(/\/+$/, '')}/${bucket}/`);
  const host = `s3.${serviceHost(region)}`;
  return new URL(bucket.includes('.') ? `https://${host}/${bucket}/` : `https://${bucket}.${host}/`);
}

/** S3 folds the names to lower case; a value beyond ASCII travels as S3 itself would show it (RFC 2047). */
function metadataHeaders(metadata: MessageMetadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [
      `x-amz-meta-${name.toLowerCase()}`,
      /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`,
    ]),
  );
}

/** Percent-encodes everything but unreserved characters (RFC 3986), as the signature does. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
