export type { RunningEmulator, StartOptions } from './start.ts';
export { startEmulator } from './start.ts';
