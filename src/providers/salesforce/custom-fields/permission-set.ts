import { parseErrorBody, salesforceError } from '../errors.ts';
import type { SalesforceClient } from '../rest/client.ts';
import { textLiteral } from '../soql/literal.ts';

/** A new custom field is invisible until a permission set shows it: this one, given to the connected user. */
export const permissionSetName = 'IntegrationCustomFieldVisibility';

export interface PermissionPlan {
  name: string;
  action: 'create' | 'none';
  id?: string;
  /** Fields to show, `Account.Tier__c`; with the id of a grant that exists and is too narrow. */
  grants: { field: string; id?: string }[];
  /** Whether the connected user still lacks it. */
  assign: boolean;
}

type Rows<Row> = { records: Row[] };

/** What the permission set still lacks to show these fields to the connected user. Without fields nothing is asked of it. */
export async function loadGrants(
  client: SalesforceClient,
  fields: readonly { objectName: string; fieldName: string }[],
  signal: AbortSignal,
): Promise<PermissionPlan> {
  const names = fields.map(({ objectName, fieldName }) => `${objectName}.${fieldName}`);
  if (names.length === 0) return { name: permissionSetName, action: 'none', grants: [], assign: false };
  const query = async <Row>(soql: string) =>
    (await client.json<Rows<Row>>({ path: 'query', query: { q: soql }, signal })).body.records;
  const objects = [...new Set(fields.map(({ objectName }) => textLiteral(objectName)))].join(', ');
  const [set] = await query<{ Id: string }>(
    `SELECT Id FROM PermissionSet WHERE Name = ${textLiteral(permissionSetName)} AND NamespacePrefix = null`,
  );
  if (!set)
    return { name: permissionSetName, action: 'create', grants: names.map((field) => ({ field })), assign: true };
  const granted = await query<{ Id: string; Field: string; PermissionsRead: boolean; PermissionsEdit: boolean }>(
    `SELECT Id, Field, PermissionsRead, PermissionsEdit FROM FieldPermissions WHERE ParentId = ${textLiteral(set.Id)} AND SobjectType IN (${objects})`,
  );
  const assigned = await query<{ Id: string }>(
    `SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId = ${textLiteral(set.Id)} AND AssigneeId = ${textLiteral(client.userId)}`,
  );
  const grants = names.flatMap((field) => {
    const row = granted.find(({ Field }) => Field.toLowerCase() === field.toLowerCase());
    if (!row) return [{ field }];
    return row.PermissionsRead && row.PermissionsEdit ? [] : [{ field, id: row.Id }];
  });
  return { name: permissionSetName, action: 'none', id: set.Id, grants, assign: assigned.length === 0 };
}

export interface GrantOutcome {
  action: 'create' | 'none';
  /** Fields whose access was given now. */
  granted: string[];
  assigned: 'create' | 'none';
  /** Grants the org refused, with its words. */
  refused: { field: string; message: string }[];
}

interface RowAnswer {
  id?: string;
  success: boolean;
  errors: { statusCode: string; message: string }[];
}

// One call of a collection.
const rowsAtOnce = 200;

/** Carries the plan out for the fields that are really there. Throws `salesforce-…`. */
export async function applyGrants(
  client: SalesforceClient,
  plan: PermissionPlan,
  isThere: (field: string) => boolean,
  signal: AbortSignal,
): Promise<GrantOutcome> {
  const grants = plan.grants.filter(({ field }) => isThere(field));
  const outcome: GrantOutcome = { action: 'none', granted: [], assigned: 'none', refused: [] };
  let parentId = plan.id;
  if (plan.action === 'create' && grants.length > 0) {
    parentId = await createPermissionSet(client, signal);
    outcome.action = 'create';
  }
  if (parentId === undefined) return outcome;
  const access = { PermissionsRead: true, PermissionsEdit: true };
  const created = grants.filter(({ id }) => id === undefined);
  const widened = grants.filter(({ id }) => id !== undefined);
  const send = async (method: 'POST' | 'PATCH', rows: { field: string; record: Record<string, unknown> }[]) => {
    for (let start = 0; start < rows.length; start += rowsAtOnce) {
      const part = rows.slice(start, start + rowsAtOnce);
      const records = part.map(({ record }) => ({ attributes: { type: 'FieldPermissions' }, ...record, ...access }));
      const { body } = await client.json<RowAnswer[]>({
        method,
        path: 'composite/sobjects',
        body: { allOrNone: false, records },
        signal,
      });
      for (const [index, { field }] of part.entries()) {
        const answer = body[index];
        // Somebody else gave the same access meanwhile.
        const duplicate = answer?.errors[0]?.statusCode === 'DUPLICATE_VALUE';
        if (answer?.success || duplicate) outcome.granted.push(field);
        else outcome.refused.push({ field, message: answer?.errors[0]?.message ?? 'no answer for this row' });
      }
    }
  };
  await send(
    'POST',
    created.map(({ field }) => ({
      field,
      record: { ParentId: parentId, SobjectType: field.split('.')[0], Field: field },
    })),
  );
  await send(
    'PATCH',
    widened.map(({ field, id }) => ({ field, record: { id } })),
  );
  if (plan.assign) outcome.assigned = await assignPermissionSet(client, parentId, signal);
  return outcome;
}

async function createPermissionSet(client: SalesforceClient, signal: AbortSignal): Promise<string> {
  const { body } = await client.json<{ id: string }>({
    method: 'POST',
    path: 'sobjects/PermissionSet',
    body: {
      Name: permissionSetName,
      Label: 'Integration Custom Field Visibility',
      Description: 'Shows the custom fields of the integration to its user. Made by amp org fields apply.',
    },
    signal,
  });
  return body.id;
}

/** A second assignment is refused by the org, and that is as good as the first. */
async function assignPermissionSet(
  client: SalesforceClient,
  permissionSetId: string,
  signal: AbortSignal,
): Promise<'create' | 'none'> {
  const answer = await client.json<unknown>({
    method: 'POST',
    path: 'sobjects/PermissionSetAssignment',
    body: { AssigneeId: client.userId, PermissionSetId: permissionSetId },
    accept: [400],
    signal,
  });
  if (answer.status < 300) return 'create';
  const body = parseErrorBody(JSON.stringify(answer.body));
  if (body.errorCode === 'DUPLICATE_VALUE') return 'none';
  throw salesforceError({ status: answer.status, body, where: 'POST sobjects/PermissionSetAssignment' });
}
