import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInstallationStore } from '../../src/environments/local/installation-store.ts';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import { acceleratedClock, type Clock, systemClock } from '../../src/platform/clock.ts';
import { type RunningEmulator, startEmulator } from '../../src/providers/salesforce/index.ts';
import { openState, type State } from '../../src/store/state.ts';
import { type LocalAmp, localAmp } from '../deploy/local-amp.ts';
import { type Receiver, startReceiver } from '../destinations/receiver.ts';

export interface RunningAmp {
  child: ChildProcess;
  pid: number;
  /** Everything it wrote to stderr so far. */
  stderr(): string;
  stdout(): string;
  /** Resolves when stderr has the text. */
  says(text: string, limitMs?: number): Promise<void>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface Rig {
  clock: Clock;
  emulator: RunningEmulator;
  receiver: Receiver;
  amp: LocalAmp;
  env: Record<string, string>;
  run(args?: string[], env?: Record<string, string>): RunningAmp;
  /** One more org of one more customer, connected as `alias`. */
  connectAnother(alias: string, records?: Record<string, number>): Promise<RunningEmulator>;
  /** Bodies the receiver took, oldest first. */
  messages(): Message[];
  stop(): Promise<void>;
}

/** The parts of a message or notification that tests look at. */
export interface Message {
  notificationType?: string;
  data?: Record<string, unknown>;
  text?: string;
  action: string;
  objectName: string;
  readType?: string;
  groupRef: string;
  operationId: string;
  result: { fields: Record<string, unknown>; raw: Record<string, unknown> }[];
}

export interface RigOptions {
  /** The whole rig (amp, emulator) runs this many times as fast as the wall clock. */
  speed?: number;
  records?: Record<string, number>;
  manifest: string;
}

/** A deployed project, a connected offline org and a webhook receiver, all on one clock. */
export async function startRig({ speed = 1, records = {}, manifest }: RigOptions): Promise<Rig> {
  const originMs = Date.now();
  const clock = speed === 1 ? systemClock : acceleratedClock({ speed, originMs });
  const emulator = await startEmulator({
    org: { path: ':memory:', seed: 'empty', records, wall: () => clock.now() },
  });
  const emulators = [emulator];
  const receiver = await startReceiver();
  const amp = localAmp(manifest);
  const env: Record<string, string> = {
    AMP_EMULATOR_URL: emulator.url,
    ...(speed === 1 ? {} : { AMP_TEST_CLOCK: `${speed}@${new Date(originMs).toISOString()}` }),
  };
  Object.assign(amp.env, env);
  const children = new Set<RunningAmp>();
  const rig: Rig = {
    clock,
    emulator,
    receiver,
    amp,
    env,
    async connectAnother(alias, others = {}) {
      const orgNumber = emulators.length + 1;
      const another = await startEmulator({
        org: { path: ':memory:', seed: 'empty', records: others, wall: () => clock.now(), orgNumber },
      });
      emulators.push(another);
      const { code, stderr } = await amp.amp(['org', 'login', '--emulator', '--alias', alias], {
        env: { AMP_EMULATOR_URL: another.url },
      });
      if (code !== 0) throw new Error(stderr);
      return another;
    },
    messages: () => receiver.received.map(({ body }) => JSON.parse(body.toString()) as Message),
    run(args = [], more = {}) {
      const running = spawnAmp(['run', ...args], amp.dir, { ...amp.env, ...more });
      children.add(running);
      running.ended.then(() => children.delete(running));
      return running;
    },
    async stop() {
      for (const child of [...children]) await child.stop('SIGKILL');
      for (const one of emulators) await one.stop();
      await receiver.close();
    },
  };
  const { code, stderr } = await amp.amp(['org', 'login', '--emulator', '--alias', 'acme']);
  if (code !== 0) throw new Error(stderr);
  await amp.json(['destinations', 'add', 'crmEvents', '--url', receiver.url, '--allow-private-network']);
  await amp.json(['deploy', '--yes']);
  return rig;
}

function spawnAmp(args: string[], cwd: string, env: Record<string, string>): RunningAmp {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/amp.js'), ...args], { cwd, env });
  let stderr = '';
  let stdout = '';
  const listeners = new Set<() => void>();
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    for (const listener of listeners) listener();
  });
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  return {
    child,
    pid: child.pid!,
    stderr: () => stderr,
    stdout: () => stdout,
    says: (text, limitMs = 60_000) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!stderr.includes(text)) return;
          finish();
          resolve();
        };
        const timer = setTimeout(() => {
          finish();
          reject(new Error(`amp run did not say "${text}" in ${limitMs} ms:\n${stderr}`));
        }, limitMs);
        const finish = () => {
          clearTimeout(timer);
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
    ended,
  };
}

/** Waits until `check` is true. */
export async function until(
  check: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 60_000,
  pauseMs = 50,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Somebody in the customer's company makes a record; answers its id. */
export function insert({ emulator }: Rig, object: string, values: Record<string, unknown>): string {
  const { org } = emulator;
  const result = org.commit({ userId: org.adminUserId, changeOrigin: '' }, (transaction) =>
    transaction.insert(object, values),
  );
  if (!result.success) throw new Error(JSON.stringify(result.errors));
  return result.id;
}

/** An admin selects the object for change data capture. */
export async function selectForEvents({ emulator }: Rig, object: string): Promise<void> {
  const { accessToken } = emulator.signIn();
  const selectedEntity = `${object}ChangeEvent`;
  const answer = await fetch(`${emulator.url}/services/data/v66.0/tooling/sobjects/PlatformEventChannelMember`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      FullName: `ChangeEvents_${selectedEntity}`,
      Metadata: { eventChannel: 'ChangeEvents', selectedEntity },
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Looks into the project's state beside whoever runs. */
export function inState<Result>({ amp }: Rig, work: (state: State) => Result): Result {
  const state = openState(join(amp.dir, '.amp'));
  try {
    return work(state);
  } finally {
    state.close();
  }
}

/** Installs for `group1` as a person would; `group2` to `group<count>` are copies, over the orgs in turn. */
export async function installMany(rig: Rig, count: number, orgIds: readonly string[] = []): Promise<void> {
  const install = ['install', 'crm', '--group', 'group1', '--org', 'acme'];
  const { installation } = await rig.amp.json<{ installation: InstallationRecord }>(install);
  inState(rig, ({ db }) => {
    const store = createInstallationStore(db);
    db.transaction(() => {
      for (let at = 2; at <= count; at++) {
        const group = `group${at}`;
        const orgId = orgIds[at % orgIds.length] ?? installation.orgId;
        store.save({ ...installation, id: `ins_copy${at}`, groupRef: group, groupName: group, orgId });
      }
    });
  });
}
