import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { desktopEnvironment } from '../platform/desktop-environment.ts';
import type { Keychain } from './keychain.ts';

/**
 * keytar in a process of its own. Its calls are native and cannot be cancelled: behind an unlock dialog or a mute D-Bus one
 * takes 25 seconds or for ever, and inside this process it would keep amp from ending. A process can be killed.
 * Secrets travel over the IPC channel, never in arguments or the environment.
 */
export function startKeychainProcess(env: Readonly<Record<string, string | undefined>>): Keychain {
  let child: ChildProcess | undefined;
  let lastId = 0;
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();

  const fail = (message: string) => {
    child = undefined;
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  };

  const start = (): ChildProcess => {
    const keytar = createRequire(import.meta.url).resolve('keytar');
    const started = spawn(process.execPath, ['-e', script, keytar], {
      env: desktopEnvironment(env),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'json',
      windowsHide: true,
    });
    // It may outlive no command: whoever waits for an answer holds a timer.
    started.unref();
    started.channel?.unref();
    started.on('message', ({ id, value, error }: { id: number; value?: unknown; error?: string }) => {
      const call = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) call?.resolve(value);
      else call?.reject(new Error(error));
    });
    started.on('error', (error) => started === child && fail(error.message));
    started.on('exit', (code, signal) => started === child && fail(`the keychain process ended (${signal ?? code})`));
    return started;
  };

  const call = <Result>(method: string, ...args: string[]): Promise<Result> =>
    new Promise((resolve, reject) => {
      child ??= start();
      const id = ++lastId;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      child.send({ id, method, args });
    });

  return {
    getPassword: (service, account) => call('getPassword', service, account),
    setPassword: (service, account, password) => call('setPassword', service, account, password),
    deletePassword: (service, account) => call('deletePassword', service, account),
    abandon() {
      const hung = child;
      child = undefined;
      waiting.clear();
      hung?.kill('SIGKILL');
    },
  };
}

const script = `
let keychain, failure;
try { keychain = require(process.argv[1]); } catch (error) { failure = error; }
process.on('message', async ({ id, method, args }) => {
  try {
    if (failure) throw failure;
    process.send({ id, value: await keychain[method](...args) });
  } catch (error) {
    process.send({ id, error: String(error && error.message || error) });
  }
});
`;
