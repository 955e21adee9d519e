import { AmpError } from '../errors/amp-error.ts';
import { objectKey } from '../manifest/identity.ts';
import type { Integration } from '../manifest/manifest.ts';
import { missingChoices } from './choices.ts';
import type { InstallationRecord } from './installation.ts';
import { describeMissing } from './re-resolve.ts';

export interface PauseRequest {
  /** Mapped or provider names; none = the whole installation. */
  objects: readonly string[];
  note?: string | undefined;
  /** ISO time. */
  at: string;
}

/** The installation with its scheduled reads paused. Paused already = the same record. Throws `config-object`. */
export function pauseInstallation(
  installation: InstallationRecord,
  integration: Integration | undefined,
  { objects, note, at }: PauseRequest,
): InstallationRecord {
  if (objects.length === 0) {
    if (installation.status === 'paused') return installation;
    const { statusReason: _, ...rest } = installation;
    return { ...rest, status: 'paused', ...(note !== undefined && { statusReason: note }), updatedAt: at };
  }
  const paused = new Set(installation.pausedObjects.map((object) => object.objectName));
  const more = readObjectNames(integration, objects).filter((objectName) => !paused.has(objectName));
  if (more.length === 0) return installation;
  const added = more.map((objectName) => ({ objectName, ...(note !== undefined && { note }), pausedAt: at }));
  return { ...installation, pausedObjects: [...installation.pausedObjects, ...added], updatedAt: at };
}

/** The installation with its reads going again, from the watermarks they kept. Throws `config-object`. */
export function resumeInstallation(
  installation: InstallationRecord,
  integration: Integration | undefined,
  { objects, at }: Pick<PauseRequest, 'objects' | 'at'>,
): InstallationRecord {
  const names = new Set(readObjectNames(integration, objects));
  const pausedObjects =
    objects.length === 0 ? [] : installation.pausedObjects.filter((one) => !names.has(one.objectName));
  const wholly = objects.length === 0 && installation.status === 'paused';
  if (!wholly && pausedObjects.length === installation.pausedObjects.length) return installation;
  if (!wholly) return { ...installation, pausedObjects, updatedAt: at };
  const { statusReason: _, ...rest } = installation;
  const missing = integration ? missingChoices(integration, installation.config) : [];
  return {
    ...rest,
    pausedObjects,
    ...(missing.length > 0
      ? { status: 'action_needed', statusReason: describeMissing(missing) }
      : { status: 'active' }),
    updatedAt: at,
  };
}

function readObjectNames(integration: Integration | undefined, names: readonly string[]): string[] {
  const objects = integration?.read?.objects ?? [];
  return names.map((name) => {
    const found = objects.find(
      (object) =>
        object.mapToName === name ||
        objectKey(integration!.provider, object.objectName) === objectKey(integration!.provider, name),
    );
    if (found) return found.objectName;
    const offered = objects.map((object) => object.objectName).join(', ');
    throw new AmpError({
      code: 'config-object',
      message: `The installation reads no object "${name}".`,
      ...(offered && { hint: `It reads ${offered}.` }),
    });
  });
}
