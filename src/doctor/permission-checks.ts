import { AmpError } from '../errors/amp-error.ts';
import type { FieldEntry, Integration, Manifest } from '../manifest/manifest.ts';
import type { Describer } from '../providers/salesforce/describe/describer.ts';
import type { ObjectSchema } from '../providers/salesforce/describe/object-schema.ts';
import { fetchSelection, setupClicks } from '../providers/salesforce/events/channel-selection.ts';
import type { SalesforceClient } from '../providers/salesforce/rest/client.ts';
import type { Check } from './doctor.ts';

/** What this manifest needs of the connected user: one check for each action and object. */
export async function checkPermissions(
  client: SalesforceClient,
  describer: Describer,
  org: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const integration of manifest.integrations) {
    if (integration.provider !== 'salesforce') continue;
    for (const need of needsOf(integration)) checks.push(await checkNeed(client, describer, org, need, signal));
  }
  return [...new Map(checks.map((check) => [check.id, check])).values()];
}

interface Need {
  action: 'read' | 'write' | 'subscribe';
  objectName: string;
  /** Plain names; paths and customers' choices are checked elsewhere (amp validate --org). */
  fields: string[];
}

function needsOf(integration: Integration): Need[] {
  return [
    ...(integration.read?.objects ?? []).map(
      (object): Need => ({ action: 'read', objectName: object.objectName, fields: plainFields(object.requiredFields) }),
    ),
    ...(integration.write?.objects ?? []).map(({ objectName }): Need => ({ action: 'write', objectName, fields: [] })),
    ...(integration.subscribe?.objects ?? []).map(
      ({ objectName }): Need => ({ action: 'subscribe', objectName, fields: [] }),
    ),
  ];
}

function plainFields(entries: readonly FieldEntry[]): string[] {
  return entries.flatMap((entry) =>
    entry.kind === 'fixed' && !/[$.[]/.test(entry.fieldName) ? [entry.fieldName] : [],
  );
}

const grant = (what: string) => `Give the connected user ${what} in the profile or a permission set.`;

async function checkNeed(
  client: SalesforceClient,
  describer: Describer,
  org: string,
  { action, objectName, fields }: Need,
  signal: AbortSignal,
): Promise<Check> {
  const id = `permission:${org}:${action}:${objectName}`;
  const missing = (message: string, fix: string): Check => ({ id, result: 'failed', message, fix });
  let object: ObjectSchema;
  try {
    object = await describer.object(objectName);
  } catch (error) {
    if (!(error instanceof AmpError) || error.code !== 'salesforce-object-unknown') throw error;
    return missing(
      `${objectName} does not exist in ${org}, or the user may not see it.`,
      grant(`access to ${objectName}`),
    );
  }
  const granted: Check = { id, result: 'ok', message: `${org}: ${action} ${object.name} is allowed.` };
  if (action === 'read') {
    if (!object.queryable) return missing(`${object.name} cannot be queried.`, grant(`read access to ${object.name}`));
    const known = new Set(object.fields.map((field) => field.name.toLowerCase()));
    const hidden = fields.filter((field) => !known.has(field.toLowerCase()));
    if (hidden.length === 0) return granted;
    return missing(
      `${object.name} lacks ${hidden.join(', ')}, or the user may not see it.`,
      grant('read access to the fields'),
    );
  }
  if (action === 'write') {
    const lacking = [...(object.createable ? [] : ['create']), ...(object.updateable ? [] : ['edit'])];
    if (lacking.length === 0) return granted;
    return missing(
      `The user may not ${lacking.join(' or ')} ${object.name}.`,
      grant(`${lacking.join(' and ')} on ${object.name}`),
    );
  }
  const selection = await fetchSelection(client, object.name, signal);
  if (selection === 'selected') return granted;
  if (selection === 'unknown')
    return { id, result: 'skipped', message: `${org} does not tell this user which objects send change events.` };
  return missing(`${object.name} sends no change events.`, `${setupClicks}; amp tail ${object.name} tells more.`);
}
