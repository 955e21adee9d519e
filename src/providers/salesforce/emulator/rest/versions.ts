import type { Answer, Call } from '../server/call.ts';
import type { World } from '../world.ts';

export const oldestVersion = 20;
export const newestVersion = 67;

/** Three releases a year; 60 is Spring '24. */
export function releaseLabel(version: number): string {
  const sinceSpring24 = version - 60;
  const season = ['Spring', 'Summer', 'Winter'][((sinceSpring24 % 3) + 3) % 3];
  const year = 24 + Math.floor((sinceSpring24 + 1) / 3);
  return `${season} '${String(year).padStart(2, '0')}`;
}

export function listVersions(): Answer {
  const versions = Array.from({ length: newestVersion - oldestVersion + 1 }, (_, i) => oldestVersion + i);
  return {
    status: 200,
    json: versions.map((version) => ({
      label: releaseLabel(version),
      url: `/services/data/v${version}.0`,
      version: `${version}.0`,
    })),
  };
}

const resources = {
  tooling: 'tooling',
  folders: 'folders',
  eclair: 'eclair',
  prechatForms: 'prechatForms',
  chatter: 'chatter',
  tabs: 'tabs',
  appMenu: 'appMenu',
  quickActions: 'quickActions',
  queryAll: 'queryAll',
  commerce: 'commerce',
  wave: 'wave',
  search: 'search',
  composite: 'composite',
  parameterizedSearch: 'parameterizedSearch',
  theme: 'theme',
  nouns: 'nouns',
  event: 'event',
  serviceTemplates: 'serviceTemplates',
  recent: 'recent',
  connect: 'connect',
  licensing: 'licensing',
  limits: 'limits',
  process: 'process',
  dedupe: 'dedupe',
  query: 'query',
  jobs: 'jobs',
  localizedvalue: 'localizedvalue',
  support: 'support',
  sobjects: 'sobjects',
  actions: 'actions',
};

export function listResources(call: Call, world: World): Answer {
  const base = `/services/data/v${call.version}`;
  const json: Record<string, string> = {};
  for (const [name, path] of Object.entries(resources)) json[name] = `${base}/${path}`;
  json.identity = `${call.origin}/id/${world.org.orgId}/${call.session!.userId}`;
  return { status: 200, json };
}
