import { expect, test } from 'vitest';
import { createMetricsRegistry } from '../../src/runtime/run/metrics/registry.ts';

test('metrics are written as Prometheus reads them: help, type, labels and escapes', () => {
  const metrics = createMetricsRegistry();
  const reads = metrics.counter('amp_reads_total', 'Reads,\nby "outcome".');
  reads.add();
  reads.add(2, { outcome: 'a "quoted" \\ thing\n' });
  metrics.counter('amp_reads_total', 'the same').add(1, { outcome: 'a "quoted" \\ thing\n' });
  metrics.gauge('amp_lag_seconds', 'Lag.').set(1.5);
  expect(metrics.render()).toBe(`# HELP amp_lag_seconds Lag.
# TYPE amp_lag_seconds gauge
amp_lag_seconds 1.5
# HELP amp_reads_total Reads,\\nby "outcome".
# TYPE amp_reads_total counter
amp_reads_total 1
amp_reads_total{outcome="a \\"quoted\\" \\\\ thing\\n"} 3
`);
});

test('buckets of a histogram are cumulative and end with everything', () => {
  const metrics = createMetricsRegistry();
  const lag = metrics.histogram('amp_lag_seconds', 'Lag.', [1, 5]);
  for (const seconds of [0.5, 1, 3, 60]) lag.observe(seconds, { org: 'a' });
  expect(metrics.render().split('\n').slice(2, -1)).toEqual([
    'amp_lag_seconds_bucket{org="a",le="1"} 2',
    'amp_lag_seconds_bucket{org="a",le="5"} 3',
    'amp_lag_seconds_bucket{org="a",le="+Inf"} 4',
    'amp_lag_seconds_sum{org="a"} 64.5',
    'amp_lag_seconds_count{org="a"} 4',
  ]);
});

test('collectors run with each scrape, and what they no longer set is gone', () => {
  const metrics = createMetricsRegistry();
  const gauge = metrics.gauge('amp_thing', 'Thing.');
  let name = 'first';
  metrics.onCollect(() => {
    gauge.reset();
    gauge.set(1, { name });
  });
  expect(metrics.render()).toContain('amp_thing{name="first"} 1');
  name = 'second';
  expect(metrics.render()).not.toContain('first');
});
