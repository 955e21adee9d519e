import type { RuntimeService } from './runtime-service.ts';

/** The data behind /healthz and /readyz. */
export interface Health {
  /** Alive: the process answers and no service has given up. A restart would help when `ok` is false. */
  live(): HealthReport;
  /** Ready for work: every service has started and does what it is for. */
  ready(): HealthReport;
}

export interface HealthReport {
  ok: boolean;
  services: ServiceReport[];
}

export interface ServiceReport {
  name: string;
  state: ServiceState;
  /** Times it was started again since the process began. */
  restarts: number;
  message?: string;
}

/** `idle`: it has done all it is for. `waiting`: it failed and is about to be started again. `ended`: it was told to stop. */
export type ServiceState = 'starting' | 'running' | 'idle' | 'waiting' | 'ended';

export interface WatchedService {
  service: RuntimeService;
  state: ServiceState;
  restarts: number;
  /** Of the failure it is waiting after. */
  reason?: string;
}

export function healthOf(watched: readonly WatchedService[]): Health {
  const report = (isOk: (one: WatchedService) => boolean): HealthReport => ({
    ok: watched.every(isOk),
    services: watched.map(({ service, state, restarts, reason }) => {
      const message = reason ?? service.health?.().message;
      return { name: service.name, state, restarts, ...(message === undefined ? {} : { message }) };
    }),
  });
  return {
    live: () => report(({ state }) => state !== 'waiting'),
    ready: () =>
      report(({ service, state }) => {
        if (state === 'starting' || state === 'waiting') return false;
        const health = service.health?.();
        return health === undefined || (health.ok && (!service.waitForReady || health.ready === true));
      }),
  };
}
