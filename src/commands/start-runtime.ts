import { resolve } from 'node:path';
import { createApiService } from '../api/api-service.ts';
import { parseListen, urlOf } from '../api/listen/parse-listen.ts';
import type { Context } from '../cli/context.ts';
import { createInstallationStore } from '../environments/local/installation-store.ts';
import { openLocalProject } from '../environments/local/local-project.ts';
import { loadBase } from '../environments/local/revisions.ts';
import { redact } from '../errors/redact.ts';
import { createNotifier } from '../notifications/notifier.ts';
import { openOrgRegistry } from '../orgs/registry.ts';
import { countOf } from '../platform/group-digits.ts';
import { watchProjectChanges } from '../runtime/run/changes.ts';
import type { Health } from '../runtime/run/health.ts';
import { createMetricsRegistry } from '../runtime/run/metrics/registry.ts';
import { createOrgPool } from '../runtime/run/org-pool.ts';
import { runRuntime } from '../runtime/run/run-runtime.ts';
import { defaultRunSettings, type RunSettings } from '../runtime/run/run-settings.ts';
import { becomeRunner } from '../runtime/run/runner-lock.ts';
import { createRuntimeLogger } from '../runtime/run/runtime-logger.ts';
import type { RuntimeWorld } from '../runtime/run/runtime-service.ts';
import { createServices } from '../runtime/run/services.ts';
import type { State } from '../store/state.ts';
import { openLog } from './open-log.ts';
import { runtimeLineWriter } from './runtime-lines.ts';
import { withState } from './with-state.ts';

/** Opens the project, becomes its runner and runs until the context's signal aborts. Throws `runtime-running`, `store-…`. */
export function startRuntime(context: Context, chosen: Partial<RunSettings>): Promise<void> {
  // A wrong address is a wrong command line, not a service to start again.
  const apiUrl = chosen.listen === undefined ? undefined : urlOf(parseListen(chosen.listen));
  return withState(context, async (state) => {
    const runner = await becomeRunner(state, context.clock, context.version);
    try {
      const socket = chosen.socket === undefined ? {} : { socket: resolve(context.cwd, chosen.socket) };
      await runHere(context, state, { ...defaultRunSettings, ...chosen, ...socket, ...(apiUrl && { apiUrl }) });
    } finally {
      runner.release();
    }
  });
}

async function runHere(context: Context, state: State, settings: RunSettings): Promise<void> {
  const { clock, config, output, signal } = context;
  const logger = createRuntimeLogger(() => clock.now(), runtimeLineWriter(context, redact));
  const log = await openLog(context, state);
  const changes = watchProjectChanges(state.db, clock);
  const notifier = createNotifier(state.db, { clock });
  const { lineage: projectId } = loadBase(state.db);
  const project = openLocalProject(state);
  const orgs = createOrgPool({
    world: {
      config,
      clock,
      signal,
      output: {
        warning: (text) => logger.warning('orgs', text),
        debug: (text) => output.debug(text),
      },
    },
    state,
    registry: openOrgRegistry(config.configDir),
    clock,
    connections: { db: state.db, installations: createInstallationStore(state.db), notifier, projectId, clock },
    onLost: () => changes.notify(),
  });
  const startedAt = clock.now();
  logger.info('run', `amp ${context.version} runs ${describeProject(project)}. Stop with Ctrl-C.`);
  let slow: string[];
  let live: NodeJS.Timeout | undefined;
  const createWorld = (health: Health): RuntimeWorld => {
    if (output.stderrIsTerminal) live = setInterval(() => output.status(describeNow(health, state)), liveMs);
    return {
      context,
      settings,
      clock,
      random: Math.random,
      state,
      project,
      projectId,
      log,
      logger,
      notifier,
      metrics: createMetricsRegistry(),
      orgs,
      changes,
      health,
    };
  };
  try {
    slow = await runRuntime(createWorld, [...createServices(), createApiService()], signal);
  } finally {
    clearInterval(live);
    output.status('');
    changes.stop();
    log.flush();
  }
  logger.info('run', 'Stopped.');
  if (output.json) output.line({ type: 'summary', startedAt: new Date(startedAt).toISOString() });
  // As if the signal had come twice: whatever hangs must not hold the process.
  if (slow.length > 0) process.kill(process.pid, signal.reason?.code === 'interrupted' ? 'SIGINT' : 'SIGTERM');
}

/** How often the line at the bottom of a terminal says what goes on. */
const liveMs = 1_000;

/** `12 installations · next contact of Globex at 12:15:00 · 3 of 3 streams connected`; what fails comes first. */
function describeNow(health: Health, { db }: State): string {
  const { services } = health.live();
  const failing = services.filter(({ state }) => state === 'waiting').map(({ name }) => `${name} starts again`);
  const messages = services.flatMap(({ state, message }) => (state === 'running' && message ? [message] : []));
  const { count } = db.prepare('SELECT count(*) AS count FROM installations').get<{ count: number }>()!;
  return [...failing, countOf(count, 'installation'), ...messages].join(' · ');
}

function describeProject(project: ReturnType<typeof openLocalProject>): string {
  const revision = project.currentRevision();
  if (!revision) return 'without a deployed manifest: it waits for amp deploy';
  return `revision ${revision.number} for ${countOf(project.installations.list().length, 'installation')}`;
}
