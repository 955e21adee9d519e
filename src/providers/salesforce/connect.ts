import { randomInt } from 'node:crypto';
import type { CredentialStore } from '../../credentials/credential-store.ts';
import type { OrgRecord } from '../../orgs/org.ts';
import type { OrgRegistry } from '../../orgs/registry.ts';
import type { Clock } from '../../platform/clock.ts';
import { createHttp, type Http } from '../../platform/http.ts';
import { proxyOf } from '../../platform/proxy.ts';
import type { Account, RenewalStep } from './auth/account.ts';
import { helperEnvironment } from './auth/refresh-process.ts';
import type { TokenBundle } from './auth/token-bundle.ts';
import { TokenSource } from './auth/token-source.ts';
import { type ApiUsage, crossesUsageAlert } from './limits.ts';
import type { SalesforceClient } from './rest/client.ts';
import { createSalesforceClient } from './rest/salesforce-client.ts';
import { Slots } from './rest/slots.ts';

export interface ConnectOptions {
  org: OrgRecord;
  credentials: CredentialStore;
  registry: OrgRegistry;
  clock: Clock;
  /** User's config folder, for locks and recovery files. Undefined: nothing is written (environment, memory). */
  configDir?: string | undefined;
  /** Settings of the run: what a refresh process needs of it (certificates, desktop), and the proxy. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Test rigs stop the process between two steps of a renewal. */
  onRenewalStep?: (step: RenewalStep) => void;
  /** Tokens already at hand; otherwise they come from `credentials` with the first call. */
  tokens?: TokenBundle;
  http?: Http;
  /** Ends waiting for a renewal (Ctrl-C), never a request under way. */
  signal?: AbortSignal;
  /** In [0, 1): jitter. */
  random?: () => number;
  /** Requests in flight per org and process; default 20, at most 24 (an org cuts off at 25 long calls). */
  maxConcurrentRequests?: number;
  renewalAttempts?: number;
  /** Request lines for --debug, redacted. */
  trace?: (line: string) => void;
  warn?: (message: string) => void;
  /** Once each time usage crosses 80 % of the daily calls. */
  onUsageAlert?: (org: OrgRecord, usage: ApiUsage) => void;
  /** Once, when the account turns `needs_reauth`. */
  onNeedsReauth?: (org: OrgRecord, reason: string) => void;
  /** After each token that this process has renewed by itself. */
  onRenewed?: (org: OrgRecord) => void;
}

/** The client of one connected org. Contacts nobody yet; sign-in problems come with the first call as `org-…` errors. */
export async function connectSalesforce(options: ConnectOptions): Promise<SalesforceClient> {
  const random = options.random ?? systemRandom;
  const http = options.http ?? sharedHttp(options.env ?? {});
  const account: Account = {
    org: options.org,
    credentials: options.credentials,
    registry: options.registry,
    clock: options.clock,
    dir: options.configDir,
    signal: options.signal,
    helperEnv: helperEnvironment(options.env ?? {}),
    proxy: proxyOf(options.env ?? {}),
    warn: options.warn ?? (() => {}),
    http,
    random,
    ...(options.renewalAttempts === undefined ? {} : { renewalAttempts: options.renewalAttempts }),
    ...(options.onRenewalStep ? { onStep: options.onRenewalStep } : {}),
    ...(options.onNeedsReauth ? { onNeedsReauth: options.onNeedsReauth } : {}),
    ...(options.onRenewed ? { onRenewed: options.onRenewed } : {}),
  };
  return createSalesforceClient({
    org: options.org,
    tokens: new TokenSource(account, options.tokens),
    http,
    random,
    clock: options.clock,
    slots: slotsOf(options.org.orgId, options.maxConcurrentRequests),
    trace: options.trace,
    onUsage: rememberUsage(options),
  });
}

const defaultConcurrentRequests = 20;
const mostConcurrentRequests = 24;
const usageSaveIntervalMs = 60_000;

/** Keeps the org's usage in the registry, at most once a minute, and tells about crossing the alert share. */
function rememberUsage(options: ConnectOptions): (usage: ApiUsage) => void {
  const { org, registry, clock } = options;
  let last: ApiUsage | undefined = org.apiUsage;
  let savedAt: number | undefined;
  return (usage) => {
    const alert = crossesUsageAlert(last, usage);
    last = usage;
    if (alert) options.onUsageAlert?.(org, usage);
    const now = clock.now();
    if (!alert && savedAt !== undefined && now - savedAt < usageSaveIntervalMs) return;
    savedAt = now;
    const apiUsage = { ...usage, at: new Date(now).toISOString() };
    // Nobody waits for this: it is a note for `amp status`, and the next answer brings it again.
    registry.update(org.id, (record) => ({ ...record, apiUsage })).catch((error) => options.trace?.(String(error)));
  };
}

// One process, one allowance per org: several clients of it share the slots.
const slotsByOrg = new Map<string, Slots>();

function slotsOf(orgId: string, wanted: number | undefined): Slots {
  let slots = slotsByOrg.get(orgId);
  if (!slots) {
    slots = new Slots(Math.min(Math.max(1, wanted ?? defaultConcurrentRequests), mostConcurrentRequests));
    slotsByOrg.set(orgId, slots);
  }
  return slots;
}

let http: Http | undefined;

/** One process has one environment. */
function sharedHttp(env: Readonly<Record<string, string | undefined>>): Http {
  http ??= createHttp(proxyOf(env));
  return http;
}

const systemRandom = () => randomInt(2 ** 32) / 2 ** 32;
