import { apiErrors } from './catalog/api.ts';
import { credentialErrors } from './catalog/credential.ts';
import { deployErrors } from './catalog/deploy.ts';
import { destinationErrors } from './catalog/destination.ts';
import { emulatorErrors } from './catalog/emulator.ts';
import { fieldsErrors } from './catalog/fields.ts';
import { generalErrors } from './catalog/general.ts';
import { hostedErrors } from './catalog/hosted.ts';
import { installationErrors } from './catalog/installation.ts';
import { manifestErrors } from './catalog/manifest.ts';
import { notificationErrors } from './catalog/notification.ts';
import { operationErrors } from './catalog/operation.ts';
import { orgErrors } from './catalog/org.ts';
import { proxyErrors } from './catalog/proxy.ts';
import { readErrors } from './catalog/read.ts';
import { runtimeErrors } from './catalog/runtime.ts';
import { salesforceErrors } from './catalog/salesforce.ts';
import { schemaErrors } from './catalog/schema.ts';
import { storeErrors } from './catalog/store.ts';
import { subscribeErrors } from './catalog/subscribe.ts';
import { writeErrors } from './catalog/write.ts';
import type { ErrorEntry } from './define-errors.ts';

/** Every code that is not a manifest rule, with what it means and how the process ends. Rendered as docs/errors.md. */
export const catalog: Readonly<Record<string, ErrorEntry>> = {
  ...generalErrors,
  ...storeErrors,
  ...manifestErrors,
  ...deployErrors,
  ...installationErrors,
  ...orgErrors,
  ...credentialErrors,
  ...salesforceErrors,
  ...readErrors,
  ...subscribeErrors,
  ...writeErrors,
  ...proxyErrors,
  ...fieldsErrors,
  ...schemaErrors,
  ...destinationErrors,
  ...operationErrors,
  ...notificationErrors,
  ...runtimeErrors,
  ...apiErrors,
  ...emulatorErrors,
  ...hostedErrors,
};
