import type { OrgRecord } from '../../orgs/org.ts';
import { named, record, text } from '../schema/schema.ts';

export const providerAppSchema = named('ProviderApp', record({ id: text(), provider: text(), clientId: text() }));

export function toProviderApps(orgs: readonly OrgRecord[]) {
  const apps = new Map(
    orgs.flatMap(({ provider, clientId }) =>
      clientId === undefined ? [] : [[clientId, { id: clientId, provider, clientId }] as const],
    ),
  );
  return [...apps.values()];
}
