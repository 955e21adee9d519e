import type { InstallOrg } from '../../environments/local/install-org.ts';
import type { OrgRecord } from '../../orgs/org.ts';
import type { Describer } from '../../providers/salesforce/describe/describer.ts';
import { describeOrg } from '../../providers/salesforce/describe/org-schema.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import { sampleRead } from '../read/sample-read.ts';

/** A connected org as installing asks it. */
export function createInstallOrg(
  { org, client, describer }: { org: OrgRecord; client: SalesforceClient; describer: Describer },
  signal: AbortSignal,
): InstallOrg {
  return {
    id: org.id,
    alias: org.alias,
    describe: (objectNames) => describeOrg(describer, org.alias, objectNames),
    async probeStream(objectNames) {
      const { probeSubscriptions } = await import('../../providers/salesforce/events/probe-subscription.ts');
      const described = await Promise.all(objectNames.map((name) => describer.object(name)));
      return probeSubscriptions(
        client,
        described.map(({ name }) => name),
        signal,
      );
    },
    sample: (object, own) => sampleRead(client, (name) => describer.object(name), object, own, signal),
  };
}
