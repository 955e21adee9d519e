import type { PlannedInstallation } from '../../environments/environment.ts';
import { hasField } from '../../installations/checks/config-check.ts';
import { chosenSource, readConfigOf, readsObject } from '../../installations/choices.ts';
import { fieldKey, findObject } from '../../manifest/identity.ts';
import type { Change, Impact } from '../plan.ts';
import { type ChangeInWorld, type ImpactRule, type ImpactWorld, impact, lookAt, usersOf } from './impact-rule.ts';
import { fieldsOfChange } from './named-fields.ts';

/** Fields that installations would read or watch from now on and their own orgs do not show. Silent when nobody was asked. */
export const installedFieldImpact: ImpactRule = (at) =>
  fieldsOfChange(at).flatMap(({ objectName, names }) => missingForInstalled(at, objectName, names));

/** Which objects of which orgs (OrgRecord.id) have to be looked at before the impact of these changes is known. */
export function objectsToLookUp(changes: readonly Change[], world: ImpactWorld): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  for (const at of changes.map((change) => lookAt(change, world))) {
    for (const { objectName, names } of fieldsOfChange(at)) {
      for (const installation of at.installed) {
        const { orgId } = installation;
        if (orgId === undefined || usedOf(at, installation, objectName, names).length === 0) continue;
        wanted.set(orgId, (wanted.get(orgId) ?? new Set()).add(objectName));
      }
    }
  }
  return wanted;
}

/** A field that an installation would read or watch and its own org lacks: its next read fails, its events never match. */
function missingForInstalled(at: ChangeInWorld, objectName: string, names: readonly string[]): Impact[] {
  const { orgs } = at.world;
  if (!orgs) return [];
  const watches = at.change.kind === 'subscribe-object';
  const lacking = new Map<string, PlannedInstallation[]>();
  const unasked: PlannedInstallation[] = [];
  for (const installation of at.installed) {
    const used = usedOf(at, installation, objectName, names);
    if (installation.orgId === undefined || used.length === 0) continue;
    const schema = orgs.get(installation.orgId);
    if (!schema) {
      unasked.push(installation);
      continue;
    }
    const object = schema.objects.get(objectName.toLowerCase());
    const missing = object?.fields ? used.filter((name) => !hasField(object, name)) : object ? [] : used;
    if (missing.length > 0) lacking.set(missing.join(', '), [...(lacking.get(missing.join(', ')) ?? []), installation]);
  }
  return [
    ...[...lacking].map(([missing, installations]) =>
      impact(
        watches ? 'notice' : 'breaking',
        `Their org has no ${missing} on ${objectName}, or hides it: ${watches ? 'it never triggers an event there' : 'their next read fails'}.`,
        installations,
      ),
    ),
    ...(unasked.length > 0
      ? [
          impact(
            'notice',
            `Their org could not be asked whether it has ${[...new Set(names)].join(', ')} on ${objectName}.`,
            unasked,
          ),
        ]
      : []),
  ];
}

/** Of the fields the change names those that this installation would really use. */
function usedOf(
  at: ChangeInWorld,
  installation: PlannedInstallation,
  objectName: string,
  names: readonly string[],
): string[] {
  const { after } = at;
  if (!after) return [];
  const { provider } = after;
  if (at.change.kind === 'subscribe-object') return usersOf(at, 'subscribe').includes(installation) ? [...names] : [];
  const object = findObject(provider, after.read?.objects, objectName);
  if (!object || !readsObject(provider, installation.config, object)) return [];
  const own = readConfigOf(provider, installation.config, objectName);
  const picked = Object.entries(own?.selectedFields ?? {}).flatMap(([name, on]) =>
    on ? [fieldKey(provider, name)] : [],
  );
  const sources = [
    ...object.requiredFields.map((entry) => (entry.kind === 'fixed' ? entry.fieldName : chosenSource(entry, own))),
    ...object.optionalFields.flatMap((entry) => {
      if (entry.kind === 'chosen') return [chosenSource(entry, own)];
      return picked.includes(fieldKey(provider, entry.fieldName)) ? [entry.fieldName] : [];
    }),
  ];
  const wanted = new Set(names.map((name) => fieldKey(provider, name)));
  return [...new Set(sources)].filter(
    (name): name is string => name !== undefined && wanted.has(fieldKey(provider, name)),
  );
}
