import { objectKey } from '../../manifest/identity.ts';
import { suggest } from '../../manifest/suggest.ts';
import { at, type ConfigCheck, manifestObject } from './config-check.ts';

/** Provider and objects: the config names only what the manifest has, each under its own key. */
export const checkObjects: ConfigCheck = (subject) => {
  const { integration, config, previous } = subject;
  const findings = (['read', 'write', 'subscribe'] as const).flatMap((action) => {
    const offered = integration[action]?.objects ?? [];
    const spellings = new Map<string, string>();
    return Object.entries(config[action]?.objects ?? {}).flatMap(([name, entry]) => {
      const path = at(action, 'objects', name);
      if (objectKey(integration.provider, entry.objectName) !== objectKey(integration.provider, name)) {
        return [finding(path, `The key is "${name}" but objectName is "${entry.objectName}".`, 'Write the same name.')];
      }
      const key = objectKey(integration.provider, name);
      const twin = spellings.get(key);
      if (twin !== undefined) return [finding(path, `"${twin}" and "${name}" are the same object.`, 'Merge them.')];
      spellings.set(key, name);
      if (manifestObject<{ objectName: string }>(subject, offered, name)) return [];
      if (previous?.[action]?.objects[name]) return [];
      const names = offered.map((object) => object.objectName);
      const near = suggest(name, names);
      const hint = near ? `Did you mean "${near}"?` : names.length > 0 ? `It has ${names.join(', ')}.` : undefined;
      return [finding(path, `"${integration.name}" has no ${action} object "${name}".`, hint)];
    });
  });
  if (config.provider === integration.provider) return findings;
  const provider = finding(
    '$.provider',
    `The provider is "${config.provider}" but the manifest says "${integration.provider}".`,
  );
  return [provider, ...findings];
};

function finding(path: string, message: string, hint?: string) {
  return { code: 'config-object', severity: 'error' as const, path, message, ...(hint !== undefined && { hint }) };
}
