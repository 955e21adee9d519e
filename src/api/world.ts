import type { Context } from '../cli/context.ts';
import type { LocalProject } from '../environments/local/local-project.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { OperationLog } from '../operations/operation-log.ts';
import type { OrgRecord } from '../orgs/org.ts';
import type { Clock } from '../platform/clock.ts';
import type { ObjectSchema } from '../providers/salesforce/describe/object-schema.ts';
import type { SalesforceClient } from '../providers/salesforce/rest/client.ts';
import type { State } from '../store/state.ts';

/** What the API works with. The world of `amp run` has all of it and is passed as it is. */
export interface ApiWorld {
  readonly context: Pick<Context, 'config'>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly state: State;
  readonly project: LocalProject;
  /** Id of the project: its lineage. */
  readonly projectId: string;
  readonly log: OperationLog;
  readonly notifier: Notifier;
  /** Clients of connected orgs by OrgRecord.id, opened once and shared. */
  readonly orgs: { open(id: string): Promise<ApiOrg> };
  /** Told when a call has changed installations or the manifest. */
  readonly changes: { notify(): void };
  readonly metrics: ApiMetrics;
  /** Behind /healthz and /readyz. */
  readonly health: { live(): HealthReport; ready(): HealthReport };
  readonly logger: ApiLogger;
}

export interface ApiOrg {
  readonly org: OrgRecord;
  readonly client: SalesforceClient;
  /** By API name, in any case. Throws `salesforce-object-unknown`. */
  readonly describe: (objectName: string) => Promise<ObjectSchema>;
}

export interface ApiMetrics {
  counter(name: string, help: string): { add(value?: number, labels?: Readonly<Record<string, string>>): void };
  histogram(
    name: string,
    help: string,
    bounds: readonly number[],
  ): { observe(value: number, labels?: Readonly<Record<string, string>>): void };
  /** Prometheus text format 0.0.4. */
  render(): string;
}

export interface HealthReport {
  ok: boolean;
  services: { name: string; state: string; restarts: number; message?: string }[];
}

export interface ApiLogger {
  debug(service: string, message: string, details?: Record<string, unknown>): void;
  info(service: string, message: string, details?: Record<string, unknown>): void;
  warning(service: string, message: string, details?: Record<string, unknown>): void;
  error(service: string, message: string, details?: Record<string, unknown>): void;
}
