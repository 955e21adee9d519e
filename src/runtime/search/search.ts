import { AmpError } from '../../errors/amp-error.ts';
import { readsObject } from '../../installations/choices.ts';
import type { Json, JsonObject } from '../../mapping/json.ts';
import { mapRecord } from '../../mapping/map-record.ts';
import { resolveSelection } from '../../mapping/selection.ts';
import type { OperationLog } from '../../operations/operation-log.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { fetchQueryPage } from '../../providers/salesforce/rest-read/query-pages.ts';
import { renderQuery } from '../../providers/salesforce/soql/query-text.ts';
import type { ReadSource } from '../read/read-source.ts';
import { type Describe, resolvePlan } from '../read/resolve-plan.ts';
import { type SearchCondition, searchFilters } from './search-filters.ts';

export interface SearchInput {
  source: ReadSource;
  conditions: readonly SearchCondition[];
  org: { id: string };
  startedBy: string;
}

export interface SearchResult {
  operationId: string;
  object: string;
  result: SearchRow[];
  /** Rows that match in all; more than `result` holds when there are further pages. */
  totalSize: number;
}

export interface SearchRow extends JsonObject {
  id: Json;
  fields: JsonObject;
  mappedFields: JsonObject;
  raw: JsonObject;
}

/** One page of the records that equal every condition, mapped like those of a read. Throws `search-…`, `read-…`, `org-…`. */
export async function searchRecords(
  world: { client: SalesforceClient; describe: Describe; log: OperationLog; signal: AbortSignal },
  input: SearchInput,
): Promise<SearchResult> {
  const { source } = input;
  checkSearchable(source);
  if (input.conditions.length === 0) {
    throw new AmpError({
      code: 'search-condition-missing',
      message: 'A search without a condition would read everything.',
    });
  }
  const selection = resolveSelection(source.object, source.config);
  const resolved = await resolvePlan(world.describe, selection);
  const { object, plan, stampColumn } = resolved;
  const filters = searchFilters(input.conditions, selection, resolved);
  const soql = renderQuery({
    columns: plan.columns.map(({ path }) => path.join('.')),
    object: object.name,
    conditions: filters.soql,
    orderBy: [...(stampColumn ? [`${stampColumn} DESC`] : []), 'Id'],
  });
  const operation = world.log.start({
    action: 'search',
    object: object.name,
    org: input.org.id,
    startedBy: input.startedBy,
    ...(source.integration ? { integration: source.integration.name } : {}),
    ...(source.installation ? { installationId: source.installation.id, groupRef: source.installation.groupRef } : {}),
    metadata: { fields: filters.fields },
  });
  try {
    const page = await fetchQueryPage(world.client, { soql, includeDeleted: false, signal: world.signal });
    const result = page.records.map((record): SearchRow => {
      const { fields, mappedFields, raw } = mapRecord(plan, record);
      return { id: record.Id ?? null, fields, mappedFields, raw };
    });
    operation.progress({ records: result.length, apiCalls: 1, bytes: page.bytes });
    operation.succeed(`${result.length} of ${page.totalSize} matching ${object.name} records.`);
    return { operationId: operation.id, object: object.name, result, totalSize: page.totalSize };
  } catch (error) {
    operation.fail(error);
    throw error;
  }
}

function checkSearchable({ integration, installation, object }: ReadSource): void {
  if (!integration || !installation) return;
  if (readsObject(integration.provider, installation.config, object)) return;
  throw new AmpError({
    code: 'search-object-off',
    message: `${installation.groupName || installation.groupRef} does not read ${object.objectName}.`,
  });
}
