import { AmpError } from '../../errors/amp-error.ts';
import type { AwsSettings, KinesisSettings, S3Settings } from '../destination.ts';
import { checkWebhookUrl } from '../http/url-policy.ts';
import { compileKeyTemplate, objectKeyRules, partitionKeyRules } from './key-template.ts';

/** Checks all that can be without AWS. Throws `destination-settings`, `destination-template`, `destination-url-refused`. */
export function checkKinesisSettings(settings: KinesisSettings): void {
  checkAws(settings);
  check('stream name', settings.streamName, /^[A-Za-z0-9_.-]{1,128}$/);
  if (settings.partitionKeyTemplate) compileKeyTemplate(settings.partitionKeyTemplate, partitionKeyRules);
}

/** Checks all that can be without AWS. Throws `destination-settings`, `destination-template`, `destination-url-refused`. */
export function checkS3Settings(settings: S3Settings): void {
  checkAws(settings);
  check('bucket', settings.bucket, /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
  check('storage class', settings.storageClass, storageClasses);
  if (settings.keyTemplate) compileKeyTemplate(settings.keyTemplate, objectKeyRules);
}

/** Those a PUT may name and everybody may read from at once or restore ("Storage classes", S3 user guide). */
const storageClasses =
  /^(?:STANDARD|REDUCED_REDUNDANCY|STANDARD_IA|ONEZONE_IA|INTELLIGENT_TIERING|GLACIER|GLACIER_IR|DEEP_ARCHIVE|EXPRESS_ONEZONE|OUTPOSTS|SNOW)$/;

function checkAws({ region, accessKeyId, endpointUrl, allowPrivateNetwork }: AwsSettings): void {
  check('region', region, /^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/);
  check('access key id', accessKeyId, /^\w{3,128}$/);
  if (endpointUrl !== undefined) checkWebhookUrl(endpointUrl, { allowPrivateNetwork });
}

function check(what: string, value: string, shape: RegExp): void {
  if (shape.test(value)) return;
  throw new AmpError({ code: 'destination-settings', message: `"${value}" cannot be the ${what}.` });
}
