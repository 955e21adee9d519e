import { AmpError } from '../../../errors/amp-error.ts';
import type { SalesforceClient } from '../rest/client.ts';
import { applyGrants, type GrantOutcome } from './permission-set.ts';
import type { FieldAction, FieldChange, FieldsPlan } from './plan-fields.ts';

export interface FieldOutcome {
  fieldName: string;
  action: FieldAction;
  warnings: string[];
  /** Why the org refused it. */
  error?: { code: string; message: string };
}

export interface ApplyOutcome {
  success: boolean;
  /** By object, then field; the hosted platform's shape. */
  fields: Record<string, Record<string, FieldOutcome>>;
  permissionSet: { name: string } & GrantOutcome;
}

/**
 * Makes the planned fields, one after the other (the platform locks an object while a field is made), then shows them to the
 * connected user. A refused field does not stop the others. Running it again goes on where this one ended.
 */
export async function applyFields(
  client: SalesforceClient,
  plan: FieldsPlan,
  world: { signal: AbortSignal; onField?: (field: FieldChange) => void },
): Promise<ApplyOutcome> {
  const fields: ApplyOutcome['fields'] = {};
  const failed = new Set<string>();
  for (const field of plan.fields) {
    world.signal.throwIfAborted();
    world.onField?.(field);
    const { objectName, fieldName, action, warnings } = field;
    const outcome: FieldOutcome = { fieldName, action, warnings };
    try {
      await applyField(client, field, world.signal);
    } catch (error) {
      if (!(error instanceof AmpError) || !error.code.startsWith('salesforce-')) throw error;
      outcome.error = { code: error.code, message: error.message };
      failed.add(`${objectName}.${fieldName}`);
    }
    fields[objectName] = { ...fields[objectName], [fieldName]: outcome };
  }
  const grants = await applyGrants(client, plan.permissionSet, (field) => !failed.has(field), world.signal);
  for (const { field, message } of grants.refused) {
    const [object, name] = field.split('.') as [string, string];
    fields[object]?.[name]?.warnings.push(`No access was given: ${message}`);
  }
  const success = failed.size === 0 && grants.refused.length === 0;
  return { success, fields, permissionSet: { name: plan.permissionSet.name, ...grants } };
}

async function applyField(client: SalesforceClient, field: FieldChange, signal: AbortSignal): Promise<void> {
  const { objectName, fieldName, action, id, metadata } = field;
  if (action === 'none') return;
  const FullName = `${objectName}.${fieldName}`;
  await client.json({
    method: action === 'create' ? 'POST' : 'PATCH',
    path: `tooling/sobjects/CustomField${id === undefined ? '' : `/${id}`}`,
    body: { FullName, Metadata: metadata },
    // The same metadata twice is the same field.
    ...(action === 'update' ? { retry: 'idempotent' as const } : {}),
    signal,
  });
}
