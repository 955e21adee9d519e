import type { Counter, Histogram, MetricsRegistry } from '../run/metrics/registry.ts';

export interface SchedulerMetrics {
  runs: Counter;
  records: Counter;
  skipped: Counter;
  startLag: Histogram;
  duration: Histogram;
}

export function schedulerMetrics(
  metrics: MetricsRegistry,
  now: { running(): number; waiting(): number; lags(): ReadonlyMap<string, number> },
): SchedulerMetrics {
  const running = metrics.gauge('amp_reads_running', 'Reads under way.');
  const waiting = metrics.gauge('amp_reads_waiting', 'Reads that are due and wait for a place.');
  const lag = metrics.gauge(
    'amp_read_lag_seconds',
    'How long the oldest read that is due has been waiting, by installation.',
  );
  metrics.onCollect(() => {
    lag.reset();
    for (const [installation, ms] of now.lags()) lag.set(ms / 1000, { installation });
    running.set(now.running());
    waiting.set(now.waiting());
  });
  return {
    runs: metrics.counter('amp_reads_total', 'Reads that ended, by kind and outcome.'),
    records: metrics.counter('amp_read_records_total', 'Records that reads put into the outbox.'),
    skipped: metrics.counter(
      'amp_scheduled_reads_skipped_total',
      'Ticks of a schedule that came while the run before went on.',
    ),
    startLag: metrics.histogram(
      'amp_read_start_lag_seconds',
      'From when a read was due to when it started.',
      lagBounds,
    ),
    duration: metrics.histogram('amp_read_duration_seconds', 'How long reads take.', durationBounds),
  };
}

const lagBounds = [0.1, 0.5, 1, 2, 5, 15, 60, 300, 1800];
const durationBounds = [0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800];
