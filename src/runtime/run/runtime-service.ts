import type { Context } from '../../cli/context.ts';
import type { LocalProject } from '../../environments/local/local-project.ts';
import type { Notifier } from '../../notifications/notifier.ts';
import type { OperationLog } from '../../operations/operation-log.ts';
import type { Clock } from '../../platform/clock.ts';
import type { State } from '../../store/state.ts';
import type { ProjectChanges } from './changes.ts';
import type { Health } from './health.ts';
import type { MetricsRegistry } from './metrics/registry.ts';
import type { OrgPool } from './org-pool.ts';
import type { RunSettings } from './run-settings.ts';
import type { RuntimeLogger } from './runtime-logger.ts';

/**
 * One thing `amp run` does for as long as it runs. Services do not know each other: they share the store, the org pool and
 * the project's changes. A new one is a line in services.ts.
 */
export interface RuntimeService {
  /** One word, for logs, health and metrics. */
  readonly name: string;
  /**
   * Works until `signal` aborts, then finishes or checkpoints the step in flight and returns (within ten seconds: after
   * that the process goes, and what was not committed comes again at the next start). Returning earlier means that there is
   * nothing to do for good. When it throws it is started again, after one second, then two, up to a minute; a run that lasted
   * five minutes begins the count anew.
   */
  run(world: RuntimeWorld, signal: AbortSignal): Promise<void>;
  /** How it is, beyond running; asked for at any time. Absent: running is healthy. */
  health?(): ServiceHealth;
  /** `/readyz` waits until `health` has been `ready` once: a listener that is bound, a first plan that is made. */
  readonly waitForReady?: boolean;
}

export interface ServiceHealth {
  /** False: it runs but cannot do its work. Somebody should look, restarting it would not help. */
  ok: boolean;
  /** Only with `waitForReady`. */
  ready?: boolean;
  /** One sentence, without secrets. */
  message?: string;
}

/** What services share. Everything of time and chance comes from here, so that a simulation can own it. */
export interface RuntimeWorld {
  /** Settings, output and version of the process; `signal` of a service is the one given to `run`. */
  readonly context: Pick<Context, 'config' | 'output' | 'version' | 'cwd'>;
  readonly settings: RunSettings;
  /** Wall time. Tests and simulations run it faster: sleep with `clock.sleep`, never with bare timers. */
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly state: State;
  /** Deployed manifest and installations, read from the store at each call. */
  readonly project: LocalProject;
  readonly projectId: string;
  readonly log: OperationLog;
  readonly logger: RuntimeLogger;
  readonly notifier: Notifier;
  readonly metrics: MetricsRegistry;
  /** Clients of connected orgs, opened once and shared. */
  readonly orgs: OrgPool;
  /** Says when anybody (another process, the API) has changed something in the store. */
  readonly changes: ProjectChanges;
  /** Of all services; the API serves it as /healthz and /readyz. */
  readonly health: Health;
}
