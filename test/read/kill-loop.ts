import { type ChildProcess, spawn } from 'node:child_process';

export interface KillLoop {
  /** Arguments of amp. */
  args: readonly string[];
  env: Record<string, string>;
  /** In [0, 1): when to kill. */
  random: () => number;
  kills: number;
  /** Told before each start: 0 for the first. */
  beforeRun?: (run: number) => void;
}

export interface KillLoopResult {
  kills: number;
  runs: number;
  /** Runs that ended by themselves, well. */
  finished: number;
}

/**
 * Starts the same command again and again, killing it (SIGKILL) at a random moment of the time an undisturbed run takes, until
 * it was killed `kills` times; then lets it end. Throws when a run fails by itself.
 */
export async function runKillLoop(loop: KillLoop): Promise<KillLoopResult> {
  const startedAt = performance.now();
  await runToEnd(loop);
  const wholeMs = performance.now() - startedAt;
  const result = { kills: 0, runs: 1, finished: 1 };
  while (result.kills < loop.kills) {
    loop.beforeRun?.(result.runs);
    result.runs++;
    const child = start(loop);
    const ended = exitOf(child);
    // Most of a short run is Node starting: the kills go where the work is.
    const killed = await Promise.race([
      ended.then(() => false),
      pause(wholeMs * (0.25 + 0.75 * loop.random())).then(() => true),
    ]);
    if (killed) child.kill('SIGKILL');
    const { code, signal, stderr } = await ended;
    if (signal === 'SIGKILL') result.kills++;
    else if (code === 0) result.finished++;
    else throw new Error(`run ${result.runs} ended with ${code ?? signal}: ${stderr}`);
  }
  await runToEnd(loop);
  return result;
}

/** Runs the command, sends it `signal` when `when` has come, and answers how it ended. */
export async function runAndSignal(
  loop: Pick<KillLoop, 'args' | 'env'>,
  signal: NodeJS.Signals,
  when: () => Promise<unknown>,
): Promise<{ code: number | null; stderr: string }> {
  const child = start(loop);
  const ended = exitOf(child);
  await Promise.race([when(), ended]);
  child.kill(signal);
  return ended;
}

async function runToEnd(loop: KillLoop): Promise<void> {
  const { code, stderr } = await exitOf(start(loop));
  if (code !== 0) throw new Error(`amp ended with ${code}: ${stderr}`);
}

function start({ args, env }: Pick<KillLoop, 'args' | 'env'>): ChildProcess {
  return spawn(process.execPath, ['bin/amp.js', ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: env.HOME ?? '/nonexistent', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  let stderr = '';
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((done) => child.once('close', (code, signal) => done({ code, signal, stderr })));
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
