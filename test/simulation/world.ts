import { createMemoryStore } from '../../src/credentials/memory.ts';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { deliverPending } from '../../src/destinations/sender/deliver-pending.ts';
import { deployLocally } from '../../src/environments/local/deploy.ts';
import { type LocalProject, openLocalProject } from '../../src/environments/local/local-project.ts';
import { loadBase } from '../../src/environments/local/revisions.ts';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import { createNotifier } from '../../src/notifications/notifier.ts';
import { createNotificationRoutes } from '../../src/notifications/routes.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import type { OrgRecord } from '../../src/orgs/org.ts';
import { createMemoryRegistry } from '../../src/orgs/registry.ts';
import { realTimeMs } from '../../src/platform/clock.ts';
import { saveBundle } from '../../src/providers/salesforce/auth/token-bundle.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/emulator/start.ts';
import { createProjectChanges } from '../../src/runtime/run/changes.ts';
import { createMetricsRegistry } from '../../src/runtime/run/metrics/registry.ts';
import { createOrgsService } from '../../src/runtime/run/orgs-service.ts';
import { createRetentionService } from '../../src/runtime/run/retention-service.ts';
import { runRuntime } from '../../src/runtime/run/run-runtime.ts';
import { defaultRunSettings } from '../../src/runtime/run/run-settings.ts';
import type { RuntimeService, RuntimeWorld } from '../../src/runtime/run/runtime-service.ts';
import { createWriteQueueService } from '../../src/runtime/run/write-queue-service.ts';
import { createSchedulerService } from '../../src/runtime/schedule/scheduler-service.ts';
import { createSchemaService } from '../../src/runtime/schema/schema-service.ts';
import { createSubscriptionsService } from '../../src/runtime/subscribe/subscriptions-service.ts';
import { openMemoryState, type State } from '../../src/store/state.ts';
import { recordOf } from '../read/read-world.ts';
import { seeded } from '../subscribe/simulated-stream.ts';
import { Life } from './life.ts';
import { manifests } from './manifests.ts';
import { createSimulatedPool } from './org-pool.ts';
import { OutboxLog } from './outbox-log.ts';
import { SimulatedReceiver } from './receiver.ts';
import { VirtualTime } from './virtual-time.ts';
import type { AskedWrite } from './writes.ts';

export const startMs = Date.parse('2026-03-01T08:00:00Z');
const hourMs = 3_600_000;

/** What is looked at every so often in real time is looked at every hour: nothing else moves by itself. */
const speed = 14_400;
/** Every secret of the org begins with it: none may be found anywhere but with the org. */
export const canary = 'AMPCANARYsimulation';

/** One project, one customer's org, one receiver, and lives of `amp run` one after the other, all on one virtual clock. */
export class World {
  readonly random: () => number;
  readonly time = new VirtualTime(startMs);
  readonly state: State = openMemoryState();
  readonly project: LocalProject;
  readonly receiver: SimulatedReceiver;
  /** The keychain: it outlives every process. */
  readonly credentials = createMemoryStore();
  readonly outbox: OutboxLog;
  readonly registry: ReturnType<typeof createMemoryRegistry>;
  readonly orgId: string;
  readonly installationId = 'ins_simulated';
  /** This world has a laptop: it follows change events, and sleeps most of the time. */
  readonly follows: boolean;
  /** What happened, for whoever has to look into a seed; no ids that chance made. */
  readonly trace: string[] = [];
  /** Warnings and errors of the runtime. */
  readonly said: string[] = [];
  readonly unexpected: unknown[] = [];
  emulator!: RunningEmulator;
  life: Life;
  /** No space is left on this machine until then. */
  diskFullUntil = 0;
  /** The network is away until then. */
  offlineUntil = 0;
  /** What the product asked to be written so far. */
  readonly asked: AskedWrite[] = [];
  /** Since when something stands still that needs a person. */
  unwellSince: number | undefined;
  calls = 0;
  kills = 0;
  #running: Promise<unknown> = Promise.resolve();
  #notify: () => void = () => {};
  /** Old operations are forgotten: every hour, so not in every world. */
  readonly #forgets: boolean;
  #generation = 0;
  #manifest = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.follows = this.random() < 0.25;
    this.#forgets = this.random() < 0.1;
    this.receiver = new SimulatedReceiver(this.random, () => this.time.now);
    this.project = openLocalProject(this.state);
    this.outbox = new OutboxLog(this.state.db);
    this.registry = createMemoryRegistry([]);
    this.orgId = '';
    this.life = new Life(this.time);
  }

  static async start(seed: number): Promise<World> {
    const world = new World(seed);
    await world.#open();
    return world;
  }

  async #open(): Promise<void> {
    const { time, random } = this;
    this.emulator = await startEmulator({
      org: { path: ':memory:', seed: 'empty', now: startMs, wall: () => time.now },
      random,
      secretPrefix: canary,
      settings: { gzip: false, sessionTimeoutMs: 90 * 24 * hourMs, pageRows: [2_000, 5, 2][Math.floor(random() * 3)]! },
    });
    const { emulator } = this;
    emulator.org.schema.createField('Contact', { name: 'Tier__c', label: 'Tier', type: 'text', length: 20 });
    time.install();
    const org: OrgRecord = { ...recordOf(emulator), flow: 'web', clientId: emulator.clientId };
    Object.assign(this, { orgId: org.id, registry: createMemoryRegistry([org]) });
    await this.signIn();
    if (this.follows) this.#selectForEvents();
    createDestinationStore(this.state.db, () => time.now).add({
      name: 'crm',
      kind: 'webhook',
      settings: { url: 'https://example.com/hook', headers: {}, allowPrivateNetwork: false },
    });
    createNotificationRoutes(this.state.db).add({
      topic: 'alerts',
      types: ['connection.error', 'read.schedule.paused'],
      destinations: ['crm'],
    });
    this.deploy();
    this.#install();
    this.begin();
  }

  #install(): void {
    const at = new Date(this.time.now).toISOString();
    const objects = { account: { objectName: 'account' }, contact: { objectName: 'contact' } };
    const installation: InstallationRecord = {
      id: this.installationId,
      integration: 'crm',
      groupRef: 'quayline',
      groupName: 'Quayline',
      orgId: this.orgId,
      config: {
        provider: 'salesforce',
        read: { objects },
        ...(this.follows && {
          subscribe: { objects: { account: { objectName: 'account', inheritFieldsAndMappings: true } } },
        }),
      },
      status: 'active',
      pausedObjects: [],
      revision: 1,
      keptObjects: [],
      createdAt: at,
      updatedAt: at,
    };
    this.project.installations.save(installation);
  }

  /** Another command deploys the next manifest; the runtime notices. */
  deploy(): void {
    const { time, project } = this;
    const all = manifests(this.follows);
    const manifest = all[this.#manifest++ % all.length]!;
    deployLocally(project, {
      manifest,
      source: '',
      base: loadBase(this.state.db),
      changes: [],
      onRemoved: 'keep',
      author: 'simulation',
      at: new Date(time.now).toISOString(),
    });
    this.#notify();
  }

  get installation(): InstallationRecord {
    return this.project.installations.get(this.installationId)!;
  }

  save(installation: InstallationRecord): void {
    this.project.installations.save(installation);
    this.#notify();
  }

  /** The customer revokes what they granted: reads stop until somebody signs in again. */
  signOut(): void {
    const { grants, sessions } = this.emulator.world;
    grants.revokeAll(() => true);
    sessions.end(() => true);
  }

  async signIn(): Promise<void> {
    const { clientId, clientSecret, userId, url, world } = this.emulator;
    const org = (await this.registry.find(this.orgId))!;
    const scope = 'api refresh_token';
    const grant = world.grants.create({ clientId, userId, scope });
    const session = world.sessions.start({ clientId, userId, scope, grantId: grant.id });
    await saveBundle(this.credentials, org, {
      version: 1,
      generation: ++this.#generation,
      instanceUrl: url,
      obtainedAt: this.time.now,
      dataKey: Buffer.alloc(32, 7).toString('base64'),
      accessToken: session.token,
      refreshToken: grant.refreshToken,
      clientSecret,
    });
    const updatedAt = new Date(this.time.now).toISOString();
    await this.registry.update(this.orgId, ({ statusReason: _, ...known }) => ({
      ...known,
      status: 'connected',
      updatedAt,
    }));
  }

  #selectForEvents(): void {
    const { events, bulk } = this.emulator.world;
    const member = { eventChannel: 'ChangeEvents', selectedEntity: 'AccountChangeEvent' };
    const fullName = 'ChangeEvents_AccountChangeEvent';
    events.members.add({ ...member, fullName, enrichedFields: [], filterExpression: null }, bulk.newId('0v8'));
  }

  /** `amp run` starts. */
  begin(): void {
    const life = new Life(this.time);
    this.life = life;
    this.time.owner = life;
    life.onCommit = () => this.outbox.read();
    life.isDiskFull = () => this.time.now < this.diskFullUntil;
    const clock = life.clock(speed);
    const state = life.state(this.state);
    const log = createOperationLog(state.db, { clock, redact: (text) => text, retentionDays: 365 });
    const changes = createProjectChanges(clock);
    this.#notify = () => {
      changes.notify();
      this.time.touch();
    };
    const createWorld = (health: RuntimeWorld['health']): RuntimeWorld => ({
      context: { config: { env: {} } as never, output: {} as never, version: '0.0.0', cwd: '/' },
      settings: defaultRunSettings,
      clock,
      random: this.random,
      state,
      project: openLocalProject(state),
      projectId: 'prj_simulated',
      log,
      logger: {
        debug() {},
        info() {},
        warning: (service, message) => void this.said.push(`${service}: ${message}`),
        error: (service, message, details) => {
          this.said.push(`${service}: ${message}`);
          if (details?.error && !(details.error instanceof Error)) this.unexpected.push(details.error);
        },
      },
      notifier: createNotifier(state.db, { clock }),
      metrics: createMetricsRegistry(),
      orgs: createSimulatedPool(this, { life, state, clock, notify: changes.notify }),
      changes,
      health,
    });
    const services = [
      createOrgsService(),
      createSchedulerService(),
      ...(this.follows ? [createSubscriptionsService()] : []),
      createSchemaService(),
      createWriteQueueService(),
      this.#createDelivery(life),
      ...(this.#forgets ? [createRetentionService()] : []),
    ];
    this.#running = runRuntime(createWorld, services, life.signal).catch((error) => {
      if (!life.isDead) this.unexpected.push(error);
    });
  }

  /** After SIGTERM: everything has ended by itself. */
  async end(): Promise<void> {
    const { life } = this;
    life.stop();
    let isOver = false;
    const over = this.#running.then(() => {
      isOver = true;
    });
    await this.time.runTo(this.time.now + 20_000, () => isOver);
    if (isOver) await over;
    else this.unexpected.push(new Error('the runtime did not stop in 20 s'));
    this.time.drop(life);
    this.#disown();
  }

  /** After SIGKILL: what the operating system does for a dead process. */
  async bury(): Promise<void> {
    this.kills++;
    await this.time.settle();
    this.time.drop(this.life);
    this.#disown();
  }

  /** The token of a process that has gone is nobody's any more. */
  #disown(): void {
    this.state.db.exec(
      "UPDATE operations SET process = 'proc_gone' WHERE status = 'in_progress' AND process IS NOT NULL",
    );
  }

  async close(): Promise<void> {
    if (!this.life.isDead) await this.end();
    this.time.uninstall();
    await this.emulator.stop();
    this.state.close();
  }

  #createDelivery(life: Life): RuntimeService {
    return {
      name: 'delivery',
      run: async ({ state, clock, log, random }, signal) => {
        await deliverPending({
          state,
          credentials: this.credentials,
          clock,
          signal,
          until: 'stopped',
          pollMs: realTimeMs(clock, 250),
          log,
          random,
          openTarget: async () => this.receiver.target(life),
          downloadBaseUrl: 'https://example.com',
        });
      },
    };
  }
}
