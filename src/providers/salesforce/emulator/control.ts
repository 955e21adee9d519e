import { AmpError } from '../../../errors/amp-error.ts';
import { callAdmin } from './admin-client.ts';
import type { Fault } from './faults/fault.ts';
import { type EmulatorAddress, findEmulator, findEmulators } from './running.ts';

export type FaultView = Pick<Fault, 'id' | 'name' | 'match' | 'count' | 'rate' | 'hits'>;

export interface EmulatorStatus {
  address: EmulatorAddress;
  status: { now: string; apiCalls: number; changes: number; bulkJobs: number; faults: number };
}

export async function emulatorStatus(dataDir: string): Promise<EmulatorStatus[]> {
  const running = await findEmulators(dataDir);
  return Promise.all(
    running.map(async (address) => ({
      address,
      status: await callAdmin<EmulatorStatus['status']>(address.url, 'GET', '/status'),
    })),
  );
}

const stopTimeoutMs = 10_000;

/** Asks the emulator to stop, waits until its port is silent, and answers which one it was. */
export async function stopEmulator(dataDir: string, port?: number): Promise<{ url: string; pid: number }> {
  const { url, pid } = await findEmulator(dataDir, port);
  await callAdmin(url, 'POST', '/stop', {});
  const deadline = performance.now() + stopTimeoutMs;
  while (performance.now() < deadline && (await answers(url))) await new Promise((resolve) => setTimeout(resolve, 25));
  return { url, pid };
}

async function answers(url: string): Promise<boolean> {
  try {
    await callAdmin(url, 'GET', '/status');
    return true;
  } catch (error) {
    if (error instanceof AmpError && error.code === 'emulator-not-running') return false;
    throw error;
  }
}
