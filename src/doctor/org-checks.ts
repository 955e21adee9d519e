import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { locateState } from '../config/project.ts';
import { createInstallationStore } from '../environments/local/installation-store.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { openOrgRegistry } from '../orgs/registry.ts';
import { openOrg } from '../providers/open-org.ts';
import { createDescriber } from '../providers/salesforce/describe/describer.ts';
import type { SalesforceClient } from '../providers/salesforce/rest/client.ts';
import { openState } from '../store/state.ts';
import { type Check, type DoctorWorld, failed } from './doctor.ts';
import { checkPermissions } from './permission-checks.ts';

/** Each org the project needs: reached, signed in, clocks together, API version, allowance, permissions for the manifest. */
export async function checkOrgs(world: DoctorWorld, manifest: Manifest | undefined): Promise<Check[]> {
  if (world.offline) return [{ id: 'org', result: 'skipped', message: 'No org was asked (--offline).' }];
  const names = await orgNames(world);
  if (names.length === 0) {
    return [{ id: 'org', result: 'skipped', message: 'No org is connected.', fix: 'Run amp org login.' }];
  }
  const checks: Check[] = [];
  for (const name of names) checks.push(...(await checkOrg(world, name, manifest)));
  return checks;
}

/** The one that was named, else those of the project's installations, else the default one. */
async function orgNames(world: DoctorWorld): Promise<string[]> {
  if (world.org !== undefined) return [world.org];
  const registry = openOrgRegistry(world.config.configDir);
  const used = new Set(installedOrgs(world));
  const known = (await registry.list()).filter((org) => used.has(org.id)).map((org) => org.alias);
  if (known.length > 0) return known;
  const chosen = await registry.default();
  return chosen ? [chosen.alias] : [];
}

function installedOrgs(world: DoctorWorld): string[] {
  let dir: string;
  try {
    dir = locateState(world);
  } catch {
    // No project here: reported by the check of the manifest.
    return [];
  }
  if (!existsSync(join(dir, 'state.db'))) return [];
  const state = openState(dir);
  try {
    return createInstallationStore(state.db)
      .list()
      .map(({ orgId }) => orgId);
  } finally {
    state.close();
  }
}

async function checkOrg(world: DoctorWorld, name: string, manifest: Manifest | undefined): Promise<Check[]> {
  try {
    const { org, client } = await openOrg(world, name);
    const reached = await reachOrg(world, client, name);
    if (reached.some(({ result }) => result === 'failed')) return reached;
    const describer = createDescriber({ client, org, clock: world.clock, cacheDir: undefined });
    const permissions = manifest ? await checkPermissions(client, describer, name, manifest, world.signal) : [];
    return [...reached, ...permissions];
  } catch (error) {
    return [failed(`org:${name}`, error)];
  }
}

const toleratedSkewMs = 60_000;
// Somebody waits in front of a terminal: an org that takes longer for these two is in trouble.
const patienceMs = 15_000;

/** Asks the org twice, for at most `timeoutMs` each. */
export async function reachOrg(
  world: Pick<DoctorWorld, 'clock' | 'signal'>,
  client: SalesforceClient,
  name: string,
  timeoutMs = patienceMs,
): Promise<Check[]> {
  const { clock, signal } = world;
  const before = clock.now();
  let versions: { version: string }[];
  let date: string | undefined;
  try {
    const answer = await client.json<{ version: string }[]>({ path: '/services/data', timeoutMs, signal });
    versions = answer.body;
    date = answer.headers.date;
    // The versions list answers anybody; this one wants a sign-in.
    await client.json({ path: 'limits', timeoutMs, signal });
  } catch (error) {
    return [failed(`org:${name}`, error)];
  }
  const checks: Check[] = [
    { id: `org:${name}`, result: 'ok', message: `${name} answers as ${client.username} at ${client.instanceUrl}.` },
    checkClock(name, date, (before + clock.now()) / 2),
    checkVersion(name, client.apiVersion, versions),
  ];
  const { apiUsage } = client;
  if (apiUsage && apiUsage.max > 0) {
    const percent = Math.floor((100 * apiUsage.used) / apiUsage.max);
    const message = `${name} has used ${percent} % of its API calls of 24 hours.`;
    const id = `api-usage:${name}`;
    checks.push(
      percent < 80
        ? { id, result: 'ok', message }
        : { id, result: 'warning', message, fix: 'Read less often, or ask for more calls: amp org limits.' },
    );
  }
  return checks;
}

/** The org's `Date` header has whole seconds. */
export function checkClock(name: string, date: string | undefined, now: number): Check {
  const id = `clock:${name}`;
  const theirs = date === undefined ? Number.NaN : Date.parse(date) + 500;
  if (Number.isNaN(theirs)) return { id, result: 'skipped', message: `${name} did not say what time it is.` };
  const skewMs = now - theirs;
  if (Math.abs(skewMs) <= toleratedSkewMs) {
    return { id, result: 'ok', message: `This clock and that of ${name} agree.` };
  }
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return {
    id,
    result: 'failed',
    message: `This clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} that of ${name}: JWT sign-ins and signatures are refused.`,
    fix: 'Set the clock, best by NTP.',
  };
}

function checkVersion(name: string, used: string, versions: readonly { version: string }[]): Check {
  const id = `api-version:${name}`;
  const newest = versions.at(-1)?.version;
  if (versions.some(({ version }) => version === used)) {
    const more = newest && newest !== used ? `; ${newest} is the newest` : '';
    return { id, result: 'ok', message: `${name} serves API version ${used}${more}.` };
  }
  const fix = `Sign in again, which negotiates the version: amp org login --alias ${name}.`;
  return { id, result: 'failed', message: `${name} no longer serves API version ${used}.`, fix };
}
