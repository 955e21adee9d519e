import type { ReadObjectConfig } from '../../installations/config.ts';
import type { ReadObject } from '../../manifest/manifest.ts';
import type { OrgSchema } from '../../manifest/org-schema.ts';

/** What installing asks of a connected org. Commands make it of a live connection. */
export interface InstallOrg {
  /** OrgRecord.id */
  id: string;
  alias: string;
  /** The named objects as the connected user sees them; objects that are not there are left out. */
  describe(objectNames: readonly string[]): Promise<OrgSchema>;
  /** Reads one record with these choices. Throws what the org says. */
  sample(object: ReadObject, config: ReadObjectConfig | undefined): Promise<void>;
  /** Which of the objects' change events this user would not get, and why. */
  probeStream(objectNames: readonly string[]): Promise<{ object: string; message: string; hint: string }[]>;
}
