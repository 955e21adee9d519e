import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const main = join(import.meta.dirname, '../../dist/main.js');
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'amp-start-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('checking a valid file reads few files of amp and starts no part of Node it does not use', () => {
  const file = join(dir, 'amp.yaml');
  const report = join(dir, 'loaded.json');
  writeFileSync(
    file,
    'specVersion: 1.0.0\nintegrations:\n  - name: sync\n    provider: salesforce\n    proxy:\n      enabled: true\n',
  );
  const program = `
    import { main } from ${JSON.stringify(main)};
    import { writeFileSync } from 'node:fs';
    process.exitCode = await main(['validate', ${JSON.stringify(file)}]);
    writeFileSync(${JSON.stringify(report)}, JSON.stringify(process.moduleLoadList));`;
  const coverage = join(dir, 'coverage');
  const result = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: dir,
    stdio: 'ignore',
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
  });
  expect(result.status).toBe(0);
  const parts = JSON.parse(readFileSync(report, 'utf8')) as string[];
  const unused = ['child_process', 'net', 'http', 'tls', 'worker_threads', 'sqlite'].map(
    (name) => `NativeModule ${name}`,
  );
  expect(parts.filter((part) => unused.includes(part))).toEqual([]);
  const [covered] = readdirSync(coverage);
  const scripts = JSON.parse(readFileSync(join(coverage, covered!), 'utf8')).result as { url: string }[];
  const own = scripts.filter(({ url }) => url.includes('/dist/'));
  expect(own.length).toBeGreaterThan(0);
  expect(own.length).toBeLessThanOrEqual(12);
});
