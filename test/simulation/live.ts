import { Invariants } from './invariants.ts';
import { actAtRandom, attend, changeRecords, healEverything } from './people.ts';
import { startMs, World } from './world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface Outcome {
  findings: string[];
  trace: string[];
  said: string[];
  calls: number;
  kills: number;
  entries: number;
  messages: number;
}

export interface LiveOptions {
  days?: number;
  /** A fault of our own, done to the world after each step: the invariants must find it. */
  sabotage?: (world: World) => void;
}

/** Thirty days of one world, and three quiet ones after which nothing may be missing. */
export async function live(seed: number, { days = 30, sabotage = () => {} }: LiveOptions = {}): Promise<Outcome> {
  const world = await World.start(seed);
  const invariants = new Invariants(world);
  const { time, random } = world;
  try {
    changeRecords(world);
    const end = startMs + days * dayMs;
    while (time.now < end && invariants.findings.length === 0) {
      await liveUntil(world, nextMoment(world));
      sabotage(world);
      invariants.check();
      // A laptop is awake for an hour or two, a server sleeps seldom.
      if (random() < (world.follows ? 0.85 : 0.08)) time.skip(random() * (world.follows ? 20 : 60) * hourMs);
      await attend(world);
      await actAtRandom(world);
    }
    if (invariants.findings.length === 0) {
      await healEverything(world);
      await quietDays(world);
      await world.end();
      // A read that was stopped on its way is gone on with at the next start.
      world.begin();
      await liveUntil(world, time.now + 0.5 * hourMs);
      // The end would stop a read that is just due; one that never ends is still there ten minutes later.
      for (let minute = 0; minute < 10 && isAtWork(world); minute++) await liveUntil(world, time.now + 60_000);
      await world.end();
      invariants.checkEnd();
    }
    return {
      findings: invariants.findings,
      trace: world.trace,
      said: world.said,
      calls: world.calls,
      kills: world.kills,
      entries: world.outbox.entries.length,
      messages: world.receiver.received.size,
    };
  } finally {
    await world.close();
  }
}

function isAtWork({ state }: World): boolean {
  return state.db.prepare("SELECT 1 FROM operations WHERE status = 'in_progress' LIMIT 1").get() !== undefined;
}

/** When somebody acts next: at any time, or in the seconds in which scheduled reads are under way. */
function nextMoment({ time, random, follows }: World): number {
  if (random() < 0.3) {
    const tick = Math.ceil(time.now / (12 * hourMs)) * 12 * hourMs;
    if (follows) time.skip(Math.max(0, tick - time.now - 60_000));
    return tick + random() * 15_000;
  }
  return time.now + -Math.log(1 - random()) * (follows ? 0.5 : 10) * hourMs;
}

/** Three days in which nobody disturbs anybody. */
async function quietDays(world: World): Promise<void> {
  if (!world.follows) return liveUntil(world, world.time.now + 3 * dayMs);
  for (let nap = 0; nap < 12; nap++) {
    await liveUntil(world, world.time.now + 0.5 * hourMs);
    world.time.skip(5.5 * hourMs);
  }
  await liveUntil(world, world.time.now + 0.5 * hourMs);
}

/** Until then; whoever is killed meanwhile is started again after a while. */
async function liveUntil(world: World, target: number): Promise<void> {
  const { time } = world;
  while (time.now < target || world.life.isDead) {
    await time.runTo(target, () => world.life.isDead);
    if (!world.life.isDead) return;
    world.trace.push(`${time.now} killed`);
    await world.bury();
    if (world.random() < 0.5) time.skip(world.random() * 3 * hourMs);
    world.begin();
  }
}
