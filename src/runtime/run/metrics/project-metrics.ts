import type { RuntimeWorld } from '../runtime-service.ts';

/** Sets with each scrape what the store and the process say: backlog, sign-ins, API usage, memory. */
export function collectProjectMetrics(world: RuntimeWorld): void {
  const { metrics, state, project, orgs, clock, context } = world;
  metrics.gauge('amp_build_info', 'The amp that runs.').set(1, { version: context.version });
  const outbox = metrics.gauge('amp_outbox_messages', 'Messages that wait or were given up, by destination.');
  const oldest = metrics.gauge('amp_outbox_oldest_age_seconds', 'Age of the oldest message that waits.');
  const enabled = metrics.gauge('amp_destination_enabled', 'Whether a destination takes messages.');
  const installations = metrics.gauge('amp_installations', 'Installations, by status.');
  const signedIn = metrics.gauge('amp_org_signed_in', 'Whether an org takes our sign-in.');
  const used = metrics.gauge('amp_org_api_calls_used', 'API calls of the last 24 hours, as the org counts them.');
  const limit = metrics.gauge('amp_org_api_calls_limit', 'API calls the org allows in 24 hours.');
  const held = metrics.gauge('amp_org_reads_held', 'Whether the scheduled reads of an org wait for its API calls.');
  const memory = metrics.gauge('process_resident_memory_bytes', 'Resident memory.');
  const cpu = metrics.counter('process_cpu_seconds_total', 'Processor time, user and system.');
  metrics
    .gauge('process_start_time_seconds', 'When the process started, seconds since the epoch.')
    .set(Math.round(performance.timeOrigin / 1000));

  let cpuSeconds = 0;
  metrics.onCollect(() => {
    for (const gauge of [outbox, oldest, enabled, installations, signedIn, used, limit, held]) gauge.reset();
    for (const row of destinationRows(world)) {
      const destination = row.name;
      enabled.set(row.state === 'enabled' ? 1 : 0, { destination });
      outbox.set(row.pending, { destination, state: 'pending' });
      outbox.set(row.dead, { destination, state: 'dead' });
      oldest.set(row.oldest === null ? 0 : Math.max(0, clock.now() - row.oldest) / 1000, { destination });
    }
    const byStatus: Record<string, number> = { active: 0, paused: 0, action_needed: 0, needs_reauth: 0 };
    const lost = new Map<string, boolean>();
    for (const { status, orgId } of project.installations.list()) {
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      lost.set(orgId, lost.get(orgId) === true || status === 'needs_reauth');
    }
    for (const [status, count] of Object.entries(byStatus)) installations.set(count, { status });
    for (const [org, isLost] of lost) signedIn.set(isLost ? 0 : 1, { org });
    for (const { org, client } of orgs.opened()) {
      if (!client.apiUsage) continue;
      used.set(client.apiUsage.used, { org: org.id });
      limit.set(client.apiUsage.max, { org: org.id });
    }
    const holds = state.db.prepare('SELECT org FROM org_holds').all<{ org: string }>();
    for (const { org } of holds) held.set(1, { org });
    memory.set(process.memoryUsage.rss());
    const { user, system } = process.cpuUsage();
    cpu.add((user + system) / 1e6 - cpuSeconds);
    cpuSeconds = (user + system) / 1e6;
  });
}

interface DestinationRow {
  name: string;
  state: string;
  pending: number;
  dead: number;
  oldest: number | null;
}

function destinationRows({ state }: RuntimeWorld): DestinationRow[] {
  return state.db
    .prepare(
      `SELECT name, state,
         (SELECT count(*) FROM outbox WHERE destination_id = destinations.id AND outbox.state = 'pending') AS pending,
         (SELECT count(*) FROM outbox WHERE destination_id = destinations.id AND outbox.state = 'dead') AS dead,
         (SELECT min(created_at) FROM outbox WHERE destination_id = destinations.id AND outbox.state = 'pending') AS oldest
       FROM destinations`,
    )
    .all<DestinationRow>();
}
