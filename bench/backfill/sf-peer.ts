import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columns } from './contacts.ts';

export interface SalesforceCli {
  /** Milliseconds of `sf data export bulk` of every row into a file. */
  export(format: 'csv' | 'json'): number;
  close(): void;
}

/**
 * The official Salesforce CLI on the page server's org, signed in. `tools` is a folder that `node scripts/sf-cli.mjs <folder>`
 * has installed it into, with the Node it needs.
 */
export function openSalesforceCli(tools: string, orgUrl: string): SalesforceCli {
  const node = join(tools, 'node22/node_modules/node/bin/node');
  const entry = join(tools, 'sf/node_modules/@salesforce/cli/bin/run.js');
  for (const path of [node, entry]) {
    if (!existsSync(path)) throw new Error(`${path} is not there: run node scripts/sf-cli.mjs ${tools} first.`);
  }
  const home = mkdtempSync(join(tmpdir(), 'amp-bench-sf-'));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    SF_ACCESS_TOKEN: '00D000000000001!bench',
    SF_DISABLE_TELEMETRY: 'true',
    SF_AUTOUPDATE_DISABLE: 'true',
    SF_SKIP_NEW_VERSION_CHECK: 'true',
    SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
    SFDX_DISABLE_DNS_CHECK: 'true',
    SF_DISABLE_LOG_FILE: 'true',
    NO_COLOR: '1',
  };
  const sf = (...args: string[]) => {
    const start = performance.now();
    const result = spawnSync(node, [entry, ...args], { cwd: home, env, encoding: 'utf8', timeout: 600_000 });
    if (result.status !== 0)
      throw new Error(`sf ${args[0]} ended with ${result.status}: ${result.stdout}${result.stderr}`);
    return performance.now() - start;
  };
  sf('org', 'login', 'access-token', '--instance-url', orgUrl, '--no-prompt', '--alias', 'bench');
  const query = `SELECT ${columns.map(([name]) => name).join(', ')} FROM Contact`;
  return {
    export(format) {
      const file = join(home, `contacts.${format}`);
      rmSync(file, { force: true });
      const where = ['--output-file', file, '--result-format', format, '--wait', '10', '--target-org', 'bench'];
      const ms = sf('data', 'export', 'bulk', '--query', query, ...where);
      if (statSync(file).size === 0) throw new Error('sf wrote nothing');
      return ms;
    },
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}
