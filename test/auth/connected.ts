import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore } from '../../src/credentials/memory.ts';
import type { OrgRecord } from '../../src/orgs/org.ts';
import { createMemoryRegistry, type OrgRegistry } from '../../src/orgs/registry.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { createHttp } from '../../src/platform/http.ts';
import { saveBundle, type TokenBundle } from '../../src/providers/salesforce/auth/token-bundle.ts';
import { type ConnectOptions, connectSalesforce } from '../../src/providers/salesforce/connect.ts';
import { orgId, type StrictOrg, userId, username } from './strict-org.ts';

/** A clock whose sleeps are over at once and are remembered. */
export function quickClock(): Clock & { slept: number[]; advance(ms: number): void } {
  let offset = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => systemClock.now() + offset,
    advance: (ms) => {
      offset += ms;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      offset += ms;
    },
  };
}

export function recordOf(org: StrictOrg, more: Partial<OrgRecord> = {}): OrgRecord {
  return {
    id: `${orgId}:${userId}`,
    alias: 'acme',
    provider: 'salesforce',
    orgId,
    userId,
    username,
    isSandbox: false,
    isEmulator: true,
    loginUrl: org.url,
    instanceUrl: org.settings.instanceUrl,
    apiVersion: '66.0',
    flow: 'web',
    clientId: org.clientId,
    credentialStore: 'memory',
    status: 'connected',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}

export function bundleOf(tokens: { accessToken: string; refreshToken?: string }, org: StrictOrg): TokenBundle {
  return {
    version: 1,
    generation: 1,
    instanceUrl: org.settings.instanceUrl,
    obtainedAt: Date.now(),
    dataKey: Buffer.alloc(32, 7).toString('base64'),
    ...tokens,
  };
}

/** A signed-in account on the strict org, with whatever the test wants different. */
export async function connected(
  org: StrictOrg,
  more: {
    record?: Partial<OrgRecord>;
    bundle?: Partial<TokenBundle>;
    registry?: OrgRegistry;
  } & Partial<ConnectOptions> = {},
) {
  const { record: recordChanges, bundle: bundleChanges, ...options } = more;
  const record = recordOf(org, recordChanges);
  const credentials = options.credentials ?? createMemoryStore();
  const registry = options.registry ?? createMemoryRegistry([record]);
  const clock = options.clock ?? quickClock();
  const configDir = mkdtempSync(join(tmpdir(), 'amp-config-'));
  const bundle = { ...bundleOf(org.grant(), org), ...bundleChanges };
  await saveBundle(credentials, record, bundle);
  const http = createHttp();
  const client = await connectSalesforce({
    http,
    configDir,
    random: () => 0.5,
    ...options,
    org: record,
    credentials,
    registry,
    clock,
  });
  return { client, record, credentials, registry, clock, configDir, bundle, http };
}
