import type { ReadObjectConfig } from '../../installations/config.ts';
import type { ReadObject } from '../../manifest/manifest.ts';
import { resolveSelection } from '../../mapping/selection.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { fetchQueryPage } from '../../providers/salesforce/rest-read/query-pages.ts';
import { filterConditions } from '../../providers/salesforce/soql/conditions.ts';
import { renderQuery } from '../../providers/salesforce/soql/query-text.ts';
import { type Describe, resolvePlan } from './resolve-plan.ts';

/** Reads one record as a scheduled read would, and forgets it. Throws `read-…` for a wrong selection, or what the org says. */
export async function sampleRead(
  client: SalesforceClient,
  describe: Describe,
  object: ReadObject,
  config: ReadObjectConfig | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { plan, object: shape } = await resolvePlan(describe, resolveSelection(object, config));
  const soql = renderQuery({
    columns: plan.columns.map((column) => column.path.join('.')),
    object: plan.object,
    conditions: filterConditions(config?.fieldFilters ?? [], shape),
    limit: 1,
  });
  await fetchQueryPage(client, { soql, includeDeleted: false, signal });
}
