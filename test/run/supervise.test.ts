import { expect, test } from 'vitest';
import { AmpError } from '../../src/errors/amp-error.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { healthOf, type WatchedService } from '../../src/runtime/run/health.ts';
import { createMetricsRegistry } from '../../src/runtime/run/metrics/registry.ts';
import type { RuntimeService, RuntimeWorld } from '../../src/runtime/run/runtime-service.ts';
import { supervise } from '../../src/runtime/run/supervise.ts';

/** A world of what the supervisor uses: sleeps are over at once and written down. */
function startWorld() {
  const slept: number[] = [];
  const said: string[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(Math.round(ms / 1000));
      now += ms;
    },
  };
  const say = (_: string, message: string) => void said.push(message);
  const metrics = createMetricsRegistry();
  const world = {
    clock,
    random: () => 0.5,
    metrics,
    logger: { debug: say, info: say, warning: say, error: say },
  } as unknown as RuntimeWorld;
  return { world, slept, said, metrics, pass: (ms: number) => (now += ms) };
}

const watch = (service: RuntimeService): WatchedService => ({ service, state: 'starting', restarts: 0 });

test('a service that fails starts again after pauses that grow to a minute; others are not its matter', async () => {
  const { world, slept, said, metrics } = startWorld();
  const stop = new AbortController();
  let runs = 0;
  const watched = watch({
    name: 'flaky',
    async run() {
      runs++;
      if (runs === 9) stop.abort();
      throw new Error('It broke.');
    },
  });
  await supervise(watched, world, stop.signal);
  expect(slept).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  expect(said[0]).toBe('It broke. Starting again in 1 s.');
  expect(watched).toMatchObject({ state: 'ended', restarts: 8 });
  expect(metrics.render()).toContain('amp_service_restarts_total{service="flaky"} 8');
});

test('a failure after five minutes of work counts as a new one', async () => {
  const { world, slept, pass } = startWorld();
  const stop = new AbortController();
  let runs = 0;
  await supervise(
    watch({
      name: 'steady',
      async run() {
        runs++;
        pass(runs === 3 ? 300_000 : 0);
        if (runs === 5) return;
        throw new Error('It broke.');
      },
    }),
    world,
    stop.signal,
  );
  expect(slept).toEqual([1, 2, 1, 2]);
});

test('health tells alive from ready: waiting for a restart is neither, not yet ready is alive', () => {
  let ready = false;
  const service: RuntimeService = {
    name: 'one',
    waitForReady: true,
    async run() {},
    health: () => ({ ok: true, ready, message: 'Planning.' }),
  };
  const watched = watch(service);
  const health = healthOf([watched]);
  watched.state = 'running';
  expect([health.live().ok, health.ready().ok]).toEqual([true, false]);
  ready = true;
  expect(health.ready()).toEqual({
    ok: true,
    services: [{ name: 'one', state: 'running', restarts: 0, message: 'Planning.' }],
  });
  Object.assign(watched, { state: 'waiting', reason: 'It broke.' });
  expect([health.live().ok, health.ready().ok, health.live().services[0]!.message]).toEqual([
    false,
    false,
    'It broke.',
  ]);
});

test('a service that has done all it is for idles, and is ready', async () => {
  const { world } = startWorld();
  const watched = watch({ name: 'brief', run: async () => {} });
  await supervise(watched, world, new AbortController().signal);
  expect(watched.state).toBe('idle');
  expect(healthOf([watched]).ready().ok).toBe(true);
});

test('what a service was refused is told with its remedy', async () => {
  const { world, said } = startWorld();
  let runs = 0;
  const watched = watch({
    name: 'api',
    async run() {
      if (++runs === 1) throw new AmpError({ code: 'api-socket-unusable', message: 'The path is too long.' });
    },
  });
  await supervise(watched, world, new AbortController().signal);
  expect(said[0]).toMatch(/^The path is too long\. .*--socket.* Starting again in 1 s\.$/);
});
