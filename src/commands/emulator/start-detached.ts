import { spawn } from 'node:child_process';
import type { Context } from '../../cli/context.ts';
import { AmpError } from '../../errors/amp-error.ts';
import { ownCommand } from '../../platform/self.ts';
import type { EmulatorAddress } from '../../providers/salesforce/index.ts';
import type { StartFlags } from './run-emulator.ts';

/** Starts the same command in the background and waits until it says where it listens. */
export function startDetached(context: Context, flags: StartFlags): Promise<EmulatorAddress> {
  const { program, args } = ownCommand();
  const child = spawn(program, [...args, 'emulator', 'start', '--json', ...flagArguments(flags)], {
    cwd: context.cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (message: string, hint?: string) =>
      reject(new AmpError({ code: 'emulator-start-failed', message, ...(hint ? { hint } : {}) }));
    child.once('error', (error) => fail(`The emulator cannot be started: ${error.message}.`));
    child.once('exit', (code) => {
      const reason = parse(text) as { diagnostics?: { message: string; hint?: string }[] } | undefined;
      const [first] = reason?.diagnostics ?? [];
      fail(first?.message ?? `The emulator ended at once with code ${code}.`, first?.hint);
    });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const address = parse(text) as EmulatorAddress | undefined;
      if (!address?.url) return;
      child.removeAllListeners('exit');
      child.stdout.destroy();
      child.unref();
      resolve(address);
    });
  });
}

function flagArguments(flags: StartFlags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (name === 'detach' || value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    return (Array.isArray(value) ? value : [value]).flatMap((item) => [`--${name}`, String(item)]);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
