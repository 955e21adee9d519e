import type { Answer, Call } from '../server/call.ts';
import { part, type Route } from '../server/router.ts';
import type { World } from '../world.ts';

interface GlobalEntry {
  name: string;
  label: string;
  labelPlural: string;
  custom: boolean;
  layoutable: boolean;
}

function sobjects(call: Call, world: World): GlobalEntry[] {
  return (world.org.schema.describeGlobal(call.session!.userId, call.version) as { sobjects: GlobalEntry[] }).sobjects;
}

function listTabs(call: Call, world: World): Answer {
  const tabs = sobjects(call, world)
    .filter(({ layoutable }) => layoutable)
    .map(({ name, labelPlural, custom }) => ({
      colors: [],
      custom,
      icons: [],
      label: labelPlural,
      name: `standard-${name}`,
      sobjectName: name,
      url: `${world.instanceUrl()}/lightning/o/${name}/home`,
    }));
  return { status: 200, json: tabs };
}

function showTheme(call: Call, world: World): Answer {
  const themeItems = sobjects(call, world).map(({ name }) => ({ colors: [], icons: [], name }));
  return { status: 200, json: { themeItems } };
}

const recentRows = 10;

/** Rows changed last, newest first. */
function listRecent(call: Call, world: World): Answer {
  const { log } = world.org;
  const entries = log.read(Math.max(0, log.lastSequence - 200), 200).toReversed();
  const seen = new Map<string, unknown>();
  for (const { object, recordId, kind, after } of entries) {
    if (seen.has(recordId) || kind === 'DELETE') continue;
    const url = `/services/data/v${call.version}/sobjects/${object}/${recordId}`;
    seen.set(recordId, { attributes: { type: object, url }, Id: recordId, Name: after?.Name ?? null });
    if (seen.size === recentRows) break;
  }
  return { status: 200, json: [...seen.values()] };
}

export const miscRoutes: Route[] = [
  part('GET', '/tabs', listTabs),
  part('GET', '/theme', showTheme),
  part('GET', '/recent', listRecent),
];
