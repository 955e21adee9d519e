/**
 * Metrics in the Prometheus text format (version 0.0.4). Names follow its conventions: `amp_` first, base units, `_total` for
 * counters, `_seconds` and `_bytes` for units. Labels never carry secrets or ids of records.
 */
export interface MetricsRegistry {
  /** The same name gives the same metric; only grows. */
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** `bounds`: upper bounds, ascending, without +Inf. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  /** Runs before each rendering: sets gauges from what the store says. */
  onCollect(collect: () => void): void;
  /** The text of `/metrics`; content type `metricsContentType`. */
  render(): string;
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(value?: number, labels?: Labels): void;
}

export interface Gauge {
  set(value: number, labels?: Labels): void;
  /** Forgets all label sets: what is not set again is gone (an installation that was removed). */
  reset(): void;
}

export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

interface Metric {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  lines(name: string): string[];
  handle: Counter | Gauge | Histogram;
}

export function createMetricsRegistry(): MetricsRegistry {
  const metrics = new Map<string, Metric>();
  const collectors: (() => void)[] = [];
  const metric = <Handle extends Metric['handle']>(name: string, make: () => Metric): Handle => {
    let found = metrics.get(name);
    if (!found) {
      found = make();
      metrics.set(name, found);
    }
    return found.handle as Handle;
  };
  return {
    counter: (name, help) => metric(name, () => createValues('counter', help)),
    gauge: (name, help) => metric(name, () => createValues('gauge', help)),
    histogram: (name, help, bounds) => metric(name, () => createHistogram(help, bounds)),
    onCollect: (collect) => void collectors.push(collect),
    render() {
      for (const collect of collectors) collect();
      const text = [...metrics]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([name, { type, help, lines }]) => [
          `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
          `# TYPE ${name} ${type}`,
          ...lines(name),
        ]);
      return `${text.join('\n')}\n`;
    },
  };
}

function createValues(type: 'counter' | 'gauge', help: string): Metric {
  const values = new Map<string, number>();
  const handle: Counter & Gauge = {
    add: (value = 1, labels) => {
      const key = renderLabels(labels);
      values.set(key, (values.get(key) ?? 0) + value);
    },
    set: (value, labels) => void values.set(renderLabels(labels), value),
    reset: () => values.clear(),
  };
  return { type, help, handle, lines: (name) => [...values].map(([key, value]) => `${name}${key} ${value}`) };
}

function createHistogram(help: string, bounds: readonly number[]): Metric {
  const series = new Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>();
  const handle: Histogram = {
    observe(value, labels = {}) {
      const key = renderLabels(labels);
      let one = series.get(key);
      if (!one) {
        one = { labels, counts: bounds.map(() => 0), sum: 0, count: 0 };
        series.set(key, one);
      }
      one.sum += value;
      one.count++;
      const at = bounds.findIndex((bound) => value <= bound);
      if (at >= 0) one.counts[at]!++;
    },
  };
  const lines = (name: string) =>
    [...series.values()].flatMap(({ labels, counts, sum, count }) => {
      let below = 0;
      return [
        ...bounds.map((bound, at) => {
          below += counts[at]!;
          return `${name}_bucket${renderLabels({ ...labels, le: String(bound) })} ${below}`;
        }),
        `${name}_bucket${renderLabels({ ...labels, le: '+Inf' })} ${count}`,
        `${name}_sum${renderLabels(labels)} ${sum}`,
        `${name}_count${renderLabels(labels)} ${count}`,
      ];
    });
  return { type: 'histogram', help, handle, lines };
}

function renderLabels(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

const escapeLabel = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
