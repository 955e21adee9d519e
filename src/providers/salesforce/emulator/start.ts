import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeldTransactions } from './admin/held-transactions.ts';
import { BulkJobs } from './bulk/jobs.ts';
import { BulkPages } from './bulk/pages.ts';
import { BayeuxServer } from './events/bayeux.ts';
import { ChannelMembers } from './events/channel-members.ts';
import { EventBus } from './events/event-bus.ts';
import { Faults, type NewFault } from './faults/faults.ts';
import { type LedgerEntry, readLedger } from './ledger.ts';
import { Approvals } from './oauth/approvals.ts';
import { ConnectedApps, type NewApp, platformCli } from './oauth/apps.ts';
import { Grants } from './oauth/grants.ts';
import { Sessions } from './oauth/sessions.ts';
import { loadUser } from './oauth/users.ts';
import { type OrgOptions, openEmulatedOrg } from './open-org.ts';
import type { EmulatedOrg, EmulatorClock } from './org.ts';
import { ProtocolIds } from './protocol-ids.ts';
import type { ApexStub } from './rest/apex-rest.ts';
import { Locators } from './rest/locators.ts';
import { Usage } from './rest/usage.ts';
import { routes } from './routes.ts';
import { applySeed, type SeedFile } from './seed-file.ts';
import { makeCertificates } from './server/certificates.ts';
import { type Listener, listen } from './server/http-server.ts';
import { Router } from './server/router.ts';
import { defaultSettings, type Settings } from './settings.ts';
import type { World } from './world.ts';

export interface StartOptions {
  /** An open org, or what to open; an empty one in memory when absent. `stop` closes it either way. */
  org?: EmulatedOrg | OrgOptions;
  /** 0 (default) takes any free port. */
  port?: number;
  host?: '127.0.0.1';
  /** Every secret the emulator hands out starts with it, so that leaks can be searched for. */
  secretPrefix?: string;
  settings?: Partial<Settings>;
  /** Shorthand for `settings.rotation`. */
  rotation?: Settings['rotation'];
  /** More connected apps; the default one and the official CLI's are always there. */
  apps?: NewApp[];
  /** Public key or certificate (PEM) for JWT sign-in with the default app. */
  jwtPublicKey?: string;
  /** Callback addresses of the default app. */
  redirectUris?: string[];
  /** Routes of `/services/apexrest/`. */
  apexStubs?: ApexStub[];
  /** Decides fault rates, 0–1. */
  random?: () => number;
  hostNow?: () => number;
  /** Records and schema put in before the first call. */
  seedRecords?: SeedFile;
  /** Faults to begin with. */
  faults?: NewFault[];
  /** Serves TLS as well, on a port of its own, with a certificate authority of its own. */
  tls?: boolean;
  /** Called when a client asked the emulator to stop. */
  onStopRequested?: () => void;
  onInternalError?: (error: unknown) => void;
}

export interface RunningEmulator {
  /** The same org over TLS, with `tls`; tokens asked for there name it as instance_url. */
  tlsUrl: string | undefined;
  /** PEM to trust there. */
  certificateAuthority: string | undefined;
  /** Origin of everything: sign-in, data, admin. */
  url: string;
  clientId: string;
  clientSecret: string;
  username: string;
  password: string;
  securityToken: string;
  userId: string;
  orgId: string;
  faults: Faults;
  clock: EmulatorClock;
  org: EmulatedOrg;
  settings: Settings;
  world: World;
  registerApp(app: NewApp): void;
  /** A session for the administrator, as after a sign-in. */
  signIn(): { accessToken: string; instanceUrl: string };
  ledger(afterSequence?: number): LedgerEntry[];
  stop(): Promise<void>;
}

const defaultPrefix = 'EMULATORFAKE';
export const defaultRedirectUris = ['http://localhost:1717/OauthRedirect', 'http://localhost:1717/callback'];

/** Starts an offline org on loopback. Its sign-in data are fixed, so that a restart on the same data keeps clients signed in. */
export async function startEmulator(options: StartOptions): Promise<RunningEmulator> {
  const { host = '127.0.0.1', secretPrefix = defaultPrefix, hostNow = Date.now } = options;
  const source = options.org ?? { path: ':memory:' };
  const temporary = 'schema' in source ? undefined : temporaryFolder(source);
  const org =
    'schema' in source ? source : openEmulatedOrg(temporary ? { ...source, path: join(temporary, 'org.db') } : source);
  if (options.seedRecords) applySeed(org, options.seedRecords);
  const settings: Settings = {
    ...defaultSettings,
    ...(options.rotation ? { rotation: options.rotation } : {}),
    ...options.settings,
  };
  const secret = (length: number) => secretPrefix + randomText(length);
  const admin = loadUser(org, org.adminUserId);
  const signInData = {
    clientId: `${secretPrefix}-client`,
    clientSecret: `${secretPrefix}-client-secret`,
    password: `${secretPrefix}-password`,
    securityToken: `${secretPrefix}Token`,
  };
  const apps = new ConnectedApps();
  apps.register(platformCli);
  apps.register({
    clientId: signInData.clientId,
    clientSecret: signInData.clientSecret,
    name: 'amp',
    redirectUris: options.redirectUris ?? defaultRedirectUris,
    runAs: admin.username,
    ...(options.jwtPublicKey === undefined ? {} : { publicKey: options.jwtPublicKey }),
  });
  for (const app of options.apps ?? []) apps.register(app);

  const sessions = new Sessions(org, settings, secret);
  const ids = new ProtocolIds();
  const events = new EventBus(org, settings, new ChannelMembers(org, settings));
  const bayeux = new BayeuxServer(org, settings, events, secret);
  const listeners: Listener[] = [];
  let tlsListener: Listener | undefined;
  const certificates = options.tls ? makeCertificates(hostNow()) : undefined;
  const world: World = {
    org,
    settings,
    apps,
    sessions,
    grants: new Grants(org, settings, sessions, secret),
    approvals: new Approvals(secret, () => org.clock.now()),
    usage: new Usage(org, settings),
    locators: new Locators(org, settings, ids),
    bulk: new BulkJobs(org, ids),
    bulkPages: new BulkPages(settings),
    bulkOneJobs: new Map(),
    events,
    bayeux,
    held: new HeldTransactions(org),
    faults: new Faults(options.random ?? Math.random),
    router: new Router(routes),
    apexStubs: options.apexStubs ?? [],
    idempotentAnswers: new Map(),
    password: signInData.password,
    securityToken: signInData.securityToken,
    instanceUrl: (origin) =>
      tlsListener && origin?.startsWith('https:') ? tlsListener.origin : listeners.at(-1)!.origin,
    moveInstance: async () => {
      const listener = await listen({ host, port: 0 }, world);
      listeners.push(listener);
      return listener.origin;
    },
    isFormerInstance: (origin) => listeners.slice(0, -1).some(({ port }) => port === portOf(origin)),
    hostNow,
    secret,
    onInternalError: options.onInternalError ?? (() => {}),
    requestStop: options.onStopRequested ?? (() => {}),
    pause,
    certificateAuthority: certificates?.authority,
  };
  for (const fault of options.faults ?? []) world.faults.add(fault);
  listeners.push(await listen({ host, port: options.port ?? 0 }, world));
  if (certificates) tlsListener = await listen({ host, port: 0, tls: certificates }, world);

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    bayeux.close();
    await Promise.all([...listeners, ...(tlsListener ? [tlsListener] : [])].map((listener) => listener.close()));
    org.close();
    if (temporary) rmSync(temporary, { recursive: true, force: true });
  };

  return {
    url: listeners[0]!.origin,
    tlsUrl: tlsListener?.origin,
    certificateAuthority: world.certificateAuthority,
    ...signInData,
    username: admin.username,
    userId: admin.id,
    orgId: org.orgId,
    faults: world.faults,
    clock: org.clock,
    org,
    settings,
    world,
    registerApp: (app) => void apps.register(app),
    signIn: () => ({
      accessToken: sessions.start({ userId: admin.id, clientId: signInData.clientId, scope: 'api web' }).token,
      instanceUrl: world.instanceUrl(),
    }),
    ledger: (after) => [...readLedger(org, after)],
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Rows beyond which an org in memory would be a burden: it lives in a temporary file instead. */
const manyRows = 200_000;

function temporaryFolder({ path, seed, records }: OrgOptions): string | undefined {
  const many = seed === 'large' || Object.values(records ?? {}).some((count) => count > manyRows);
  return path === ':memory:' && many ? mkdtempSync(join(tmpdir(), 'amp-emulator-')) : undefined;
}

const portOf = (origin: string) => Number(new URL(origin).port);

function randomText(length: number): string {
  return randomBytes(length).toString('base64url').replace(/[-_]/g, 'x').slice(0, length);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
