import type { PlannedInstallation } from '../../environments/environment.ts';
import { readConfigOf, readsObject } from '../../installations/choices.ts';
import type { ReadObjectConfig } from '../../installations/config.ts';
import { findObject, objectKey } from '../../manifest/identity.ts';
import type { Integration, Manifest } from '../../manifest/manifest.ts';
import type { OrgSchema } from '../../manifest/org-schema.ts';
import { parsePath } from '../path.ts';
import type { AffectedInstallation, Change, Impact, ImpactLevel } from '../plan.ts';

/** What is known when a plan is made. */
export interface ImpactWorld {
  before: Manifest | undefined;
  after: Manifest;
  installations: readonly PlannedInstallation[];
  /** Daily API calls of an org, as last seen in its answers; `orgId` is OrgRecord.id. */
  apiLimitOf?: (orgId: string) => { used: number; max: number } | undefined;
  /** What the org of --org shows to its user. */
  schema?: OrgSchema | undefined;
  /** The installations' own orgs by OrgRecord.id; undefined = it could not be asked. Absent = nobody was asked. */
  orgs?: ReadonlyMap<string, OrgSchema | undefined> | undefined;
}

/** One change and everything a rule asks about it. */
export interface ChangeInWorld {
  change: Change;
  world: ImpactWorld;
  /** Names of the path: `['crm', 'read', 'account', 'schedule']`. */
  names: string[];
  /** Object of the path in its manifest spelling; undefined for changes of the integration itself. */
  objectName: string | undefined;
  /** Setting that changed (`schedule`); undefined when a whole thing came, went or was renamed. */
  setting: string | undefined;
  before: Integration | undefined;
  after: Integration | undefined;
  /** Installations of the integration. */
  installed: PlannedInstallation[];
}

export type ImpactRule = (at: ChangeInWorld) => Impact[];

/** A sentence about some installations; without any of them nothing breaks today, so it is worth a notice at most. */
export function impact(level: ImpactLevel, message: string, affected?: readonly PlannedInstallation[]): Impact {
  if (affected === undefined) return { level, message };
  if (affected.length === 0) return { level: level === 'breaking' ? 'notice' : level, message };
  return { level, message, installations: affected.map(affectedInstallation) };
}

export function lookAt(change: Change, world: ImpactWorld): ChangeInWorld {
  const names = parsePath(change.path);
  const oldName = change.kind === 'integration' && change.from ? parsePath(change.from)[0]! : change.integration;
  const before = world.before?.integrations.find((one) => one.name === oldName);
  const after = world.after.integrations.find((one) => one.name === change.integration);
  const provider = (after ?? before)!.provider;
  const action = names[1];
  const objects =
    action === 'read' || action === 'write' || action === 'subscribe'
      ? [...(after?.[action]?.objects ?? []), ...(before?.[action]?.objects ?? [])]
      : [];
  return {
    change,
    world,
    names,
    objectName: objects.find((object) => objectKey(provider, object.objectName) === names[2])?.objectName,
    setting: change.action === 'update' && change.from === undefined ? names.at(-1) : undefined,
    before,
    after,
    installed: world.installations.filter((installation) => installation.integration === oldName),
  };
}

/** Installations that read the object now. */
export function readersOf({ installed, objectName }: ChangeInWorld): PlannedInstallation[] {
  return installed.filter(({ effective, config }) => {
    const object = findObject(effective?.provider ?? '', effective?.read?.objects, objectName ?? '');
    return effective && object && readsObject(effective.provider, config, object);
  });
}

/** The installation's own settings of the object of the change. */
export function ownReadConfig(at: ChangeInWorld, installation: PlannedInstallation): ReadObjectConfig | undefined {
  return readConfigOf((at.after ?? at.before)!.provider, installation.config, at.objectName ?? '');
}

/** Installations whose config has the object under that action. */
export function usersOf(at: ChangeInWorld, action: 'write' | 'subscribe'): PlannedInstallation[] {
  const provider = (at.after ?? at.before)!.provider;
  const key = objectKey(provider, at.objectName ?? '');
  return at.installed.filter(({ config }) =>
    Object.keys(config[action]?.objects ?? {}).some((name) => objectKey(provider, name) === key),
  );
}

function affectedInstallation({ id, groupRef, groupName }: PlannedInstallation): AffectedInstallation {
  return { id, groupRef, groupName };
}
