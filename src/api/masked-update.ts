import type { InstallationConfig } from '../installations/config.ts';
import { objectKey } from '../manifest/identity.ts';
import { type Issue, invalidRequest } from './parse-query.ts';

export interface MaskedUpdate {
  /** OrgRecord.id or alias of another connection. */
  connectionId?: string;
  createdBy?: string;
  /** Not checked yet. */
  content: unknown;
}

type Section = 'read' | 'write' | 'subscribe';
interface Given {
  connectionId?: string;
  config?: { createdBy?: string; content?: Record<string, unknown> };
}

/**
 * The config with the masked paths taken from `installation`, and nothing else (hosted API, "Update an installation"). A path
 * that has no value there takes the part away. Throws `api-request-invalid` for masks the platform does not know.
 */
export function applyUpdateMask(
  current: InstallationConfig,
  updateMask: readonly string[],
  installation: Given,
): MaskedUpdate {
  const issues: Issue[] = [];
  const content = structuredClone(current);
  const update: MaskedUpdate = { content };
  const given = installation.config?.content ?? {};
  for (const [index, mask] of updateMask.entries()) {
    const object = /^config\.content\.(read|write|subscribe)\.objects\.([^.]+)$/.exec(mask);
    const all = /^config\.content\.(write|subscribe)\.objects$/.exec(mask);
    // Never a name that means something to JavaScript itself.
    if (/(?:^|\.)(?:__proto__|constructor|prototype)$/.test(mask))
      issues.push({ in: 'body', name: `updateMask[${index}]`, detail: faultOf(mask) });
    else if (object) takeObject(content, given, object[1] as Section, object[2]!);
    else if (all) takeAll(content, given, all[1] as Section);
    else if (mask === 'config.content.proxy.enabled') takeProxy(content, given);
    else if (mask === 'config.createdBy') update.createdBy = installation.config?.createdBy ?? '';
    else if (mask === 'connectionId' && installation.connectionId) update.connectionId = installation.connectionId;
    else issues.push({ in: 'body', name: `updateMask[${index}]`, detail: faultOf(mask) });
  }
  if (issues.length > 0) throw invalidRequest(issues);
  return update;
}

function faultOf(mask: string): string {
  if (mask === 'connectionId') return 'installation.connectionId is missing: an installation always has one.';
  return 'Expected connectionId, config.createdBy, config.content.read.objects.<name>, config.content.write.objects[.<name>], config.content.subscribe.objects[.<name>] or config.content.proxy.enabled.';
}

function takeObject(content: InstallationConfig, given: Record<string, unknown>, section: Section, name: string): void {
  const value = objectsOf(given, section)[name];
  const objects = { ...content[section]?.objects } as Record<string, unknown>;
  // The installation may spell the object otherwise than the mask.
  const key = objectKey(content.provider, name);
  for (const other of Object.keys(objects)) if (objectKey(content.provider, other) === key) delete objects[other];
  if (value !== undefined && value !== null) objects[name] = value;
  setObjects(content, section, objects);
}

function takeAll(content: InstallationConfig, given: Record<string, unknown>, section: Section): void {
  setObjects(content, section, objectsOf(given, section));
}

function takeProxy(content: InstallationConfig, given: Record<string, unknown>): void {
  const { enabled } = (given.proxy ?? {}) as { enabled?: boolean | null };
  if (enabled === undefined || enabled === null) delete content.proxy;
  else content.proxy = { enabled };
}

function objectsOf(given: Record<string, unknown>, section: Section): Record<string, unknown> {
  return ((given[section] ?? {}) as { objects?: Record<string, unknown> | null }).objects ?? {};
}

function setObjects(content: InstallationConfig, section: Section, objects: Record<string, unknown>): void {
  if (Object.keys(objects).length === 0) delete content[section];
  else Object.assign(content, { [section]: { objects } });
}
