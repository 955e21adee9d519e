import type { AwsSecrets } from './aws/aws-secrets.ts';
import { checkKinesisSettings, checkS3Settings } from './aws/check-settings.ts';
import type { DestinationRecord, KinesisSettings, S3Settings, WebhookSettings } from './destination.ts';
import { checkFolder } from './file/file-target.ts';
import { checkWebhookUrl } from './http/url-policy.ts';
import { checkHeader, isSecretHeader } from './webhook/headers.ts';
import type { WebhookSecrets } from './webhook/secrets.ts';
import { newSigningSecret } from './webhook/sign.ts';

/** What somebody asks for, by kind. Header values and keys are still among it. */
export type DestinationTarget =
  | {
      kind: 'webhook';
      url: string;
      headers: Record<string, string>;
      allowPrivateNetwork: boolean;
      chat?: WebhookSettings['chat'];
    }
  | { kind: 'kinesis'; settings: KinesisSettings; secrets: AwsSecrets }
  | { kind: 's3'; settings: S3Settings; secrets: AwsSecrets }
  | { kind: 'file'; folder: string }
  | { kind: 'stdout' };

/** What is stored of it: settings in the project, secrets with the credentials. */
export interface PreparedDestination {
  settings: DestinationRecord['settings'];
  secrets?: WebhookSecrets | AwsSecrets;
}

export const hiddenValue = '[secret]';

/**
 * Checks a target whole and parts it into what may be seen and what may not. Throws `destination-url-refused`,
 * `destination-header-refused`, `destination-settings`, `destination-template`, `file-unwritable`.
 */
export function prepareDestination(target: DestinationTarget): PreparedDestination {
  switch (target.kind) {
    case 'stdout':
      return { settings: {} };
    case 'file':
      checkFolder(target.folder);
      return { settings: { folder: target.folder } };
    case 'kinesis':
      checkKinesisSettings(target.settings);
      return { settings: target.settings, secrets: target.secrets };
    case 's3':
      checkS3Settings(target.settings);
      return { settings: target.settings, secrets: target.secrets };
    case 'webhook': {
      const { allowPrivateNetwork, chat } = target;
      const url = checkWebhookUrl(target.url, { allowPrivateNetwork }).href;
      const { headers, secretHeaders } = partHeaders(target.headers);
      return {
        settings: { url, headers, allowPrivateNetwork, ...(chat ? { chat } : {}) },
        secrets: { current: newSigningSecret(), headers: secretHeaders },
      };
    }
  }
}

/** Throws `destination-header-refused`. */
export function partHeaders(all: Readonly<Record<string, string>>): {
  headers: Record<string, string>;
  secretHeaders: Record<string, string>;
} {
  const headers: Record<string, string> = {};
  const secretHeaders: Record<string, string> = {};
  for (const [header, value] of Object.entries(all)) {
    checkHeader(header, value);
    headers[header] = isSecretHeader(header, value) ? hiddenValue : value;
    if (headers[header] === hiddenValue) secretHeaders[header] = value;
  }
  return { headers, secretHeaders };
}
