import { AmpError } from '../../errors/amp-error.ts';
import { readConfigOf, readsObject } from '../../installations/choices.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import type { Integration, ReadObject } from '../../manifest/manifest.ts';
import { stableJson } from '../../plan/canonical.ts';
import type { Json } from '../../plan/plan.ts';
import type { InstallOrg } from './install-org.ts';

export interface SampleResult {
  /** Objects of which one record could be read. */
  sampled: string[];
  /** Objects that could not be tried for a reason that has nothing to do with the config. */
  untried: { objectName: string; reason: string }[];
}

/**
 * Reads one record of each object, so that a wrong field shows now and not at night. A request the org calls wrong refuses
 * the installation (`installation-sample-failed`); sign-in, rate limits and outages do not.
 */
export async function sampleReads(
  org: InstallOrg,
  objects: readonly ReadObject[],
  integration: Integration,
  config: InstallationConfig,
): Promise<SampleResult> {
  const result: SampleResult = { sampled: [], untried: [] };
  for (const object of objects) {
    try {
      await org.sample(object, readConfigOf(integration.provider, config, object.objectName));
      result.sampled.push(object.objectName);
    } catch (error) {
      if (!(error instanceof AmpError)) throw error;
      if (isBadRequest(error)) throw sampleFailed(object, error);
      result.untried.push({ objectName: object.objectName, reason: error.message });
    }
  }
  return result;
}

/** Objects this config reads on a schedule. */
export function scheduledReads(integration: Integration, config: InstallationConfig): ReadObject[] {
  return (integration.read?.objects ?? []).filter((object) => {
    const own = readConfigOf(integration.provider, config, object.objectName);
    return readsObject(integration.provider, config, object) && Boolean(own?.schedule || object.schedule);
  });
}

/** Of the scheduled objects those whose selection is new or changed. */
export function changedReads(
  integration: Integration,
  before: { integration: Integration | undefined; config: InstallationConfig },
  config: InstallationConfig,
): ReadObject[] {
  const old = before.integration;
  const scheduled = new Set(old ? scheduledReads(old, before.config).map(({ objectName }) => objectName) : []);
  return scheduledReads(integration, config).filter((object) => {
    const own = readConfigOf(integration.provider, config, object.objectName);
    const oldOwn = readConfigOf(integration.provider, before.config, object.objectName);
    return !scheduled.has(object.objectName) || selectionText(own) !== selectionText(oldOwn);
  });
}

function selectionText(own: ReturnType<typeof readConfigOf>): string {
  return stableJson([
    own?.selectedFields ?? null,
    own?.selectedFieldsAuto ?? null,
    own?.selectedFieldMappings ?? null,
    own?.fieldFilters ?? null,
  ] as unknown as Json);
}

function isBadRequest(error: AmpError): boolean {
  if (error.code.startsWith('read-')) return true;
  const { status, errorCode } = error.details ?? {};
  const wrongs = ['INVALID_FIELD', 'INVALID_TYPE', 'MALFORMED_QUERY', 'INVALID_QUERY_FILTER_OPERATOR'];
  return error.code === 'salesforce-object-unknown' || status === 400 || wrongs.includes(String(errorCode));
}

function sampleFailed(object: ReadObject, error: AmpError): AmpError {
  return new AmpError({
    code: 'installation-sample-failed',
    message: `One record of ${object.objectName} could not be read: ${error.message}`,
    hint: 'Either the name is wrong or the field was deleted, or field-level security hides it from the connected user. Correct it, or skip this trial with --skip-sampling.',
    causes: [...error.causes],
    ...(error.details && { details: { ...error.details, object: object.objectName } }),
    cause: error,
  });
}
