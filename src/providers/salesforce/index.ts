export { callAdmin, readLedgerLines } from './emulator/admin-client.ts';
export { type EmulatorStatus, emulatorStatus, type FaultView, stopEmulator } from './emulator/control.ts';
export { announceEmulator, type EmulatorAddress, findEmulator, findEmulators } from './emulator/running.ts';
export { readSeedFile } from './emulator/seed-file.ts';
export { seedOptions } from './emulator/seed-options.ts';
export type { RunningEmulator, StartOptions } from './emulator/start.ts';

/** Starts an offline Salesforce-compatible org; nothing of it is loaded before. */
export async function startEmulator(
  options: import('./emulator/start.ts').StartOptions = {},
): Promise<import('./emulator/start.ts').RunningEmulator> {
  const emulator = await import('./emulator/start.ts');
  return emulator.startEmulator(options);
}
