import type { Context } from '../cli/context.ts';
import type { CheckResult } from '../manifest/check-parsed.ts';
import { objectsNamed, objectsReached } from '../manifest/org-objects.ts';
import type { OrgSchema } from '../manifest/org-schema.ts';

/** Salesforce allows five relationships in a path, so the sixth round could only repeat itself. */
const mostRounds = 5;

/** Describes what manifests name in a connected org. Kept open for several files: each object is asked for once. */
export interface OrgSchemaSource {
  schemaFor(draft: CheckResult['draft']): Promise<OrgSchema>;
}

/** Opens a connected org. Throws `org-…` (exit 4 when it needs a sign-in). */
export async function openOrgSchema(context: Context, alias: string): Promise<OrgSchemaSource> {
  const { openOrg } = await import('../providers/open-org.ts');
  const { createDescriber } = await import('../providers/salesforce/describe/describer.ts');
  const { describeOrg } = await import('../providers/salesforce/describe/org-schema.ts');
  const { org, client } = await openOrg(context, alias);
  const describer = createDescriber({ client, org, clock: context.clock, cacheDir: context.config.cacheDir });
  return {
    async schemaFor(draft) {
      const names = new Set(objectsNamed(draft));
      let schema = await describeOrg(describer, org.alias, [...names]);
      for (let round = 0; round < mostRounds; round += 1) {
        const more = objectsReached(draft, schema).filter((name) => !names.has(name));
        if (more.length === 0) break;
        for (const name of more) names.add(name);
        schema = await describeOrg(describer, org.alias, [...names]);
      }
      return schema;
    },
  };
}
