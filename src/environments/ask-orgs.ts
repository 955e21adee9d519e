import type { OrgSchema } from '../manifest/org-schema.ts';

/**
 * Describes objects of a connected org (OrgRecord.id) as its user sees them. Undefined: it could not be asked, for whatever
 * reason. Throws when everything is to end.
 */
export type DescribeOrg = (
  orgId: string,
  objectNames: readonly string[],
  signal: AbortSignal,
) => Promise<OrgSchema | undefined>;

const parallelOrgs = 6;
const askingTimeMs = 20_000;

/** Asks every org for its objects, a few at a time and all within 20 s: a plan must not hang on a customer whose org is gone. */
export async function askOrgs(
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
  describe: DescribeOrg,
): Promise<Map<string, OrgSchema | undefined>> {
  const answers = new Map<string, OrgSchema | undefined>();
  const waiting = [...wanted];
  const signal = AbortSignal.timeout(askingTimeMs);
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [orgId, objectNames] = next;
      answers.set(orgId, await describe(orgId, [...objectNames], signal));
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelOrgs, waiting.length) }, work));
  return answers;
}
