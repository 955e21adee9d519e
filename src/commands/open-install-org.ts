import type { Context } from '../cli/context.ts';
import type { InstallOrg } from '../environments/local/install-org.ts';

/** The org an installation is for, as installing asks it. Contacts nobody yet. Throws `org-not-connected`. */
export async function openInstallOrg(context: Context, alias: string | undefined): Promise<InstallOrg> {
  const { openOrg } = await import('../providers/open-org.ts');
  const { createDescriber } = await import('../providers/salesforce/describe/describer.ts');
  const { describeOrg } = await import('../providers/salesforce/describe/org-schema.ts');
  const { sampleRead } = await import('../runtime/read/sample-read.ts');
  const { org, client } = await openOrg(context, alias);
  const { clock, config, signal } = context;
  const describer = createDescriber({
    client,
    org,
    clock,
    cacheDir: org.credentialStore === 'environment' ? undefined : config.cacheDir,
  });
  return {
    id: org.id,
    alias: org.alias,
    describe: (objectNames) => describeOrg(describer, org.alias, objectNames),
    async probeStream(objectNames) {
      const { probeSubscriptions } = await import('../providers/salesforce/events/probe-subscription.ts');
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
