import { defineErrors } from '../define-errors.ts';

/** The offline org: starting, finding and steering it. */
export const emulatorErrors = defineErrors({
  'emulator-not-running': {
    summary: 'No emulator answers on this machine, or not on the port named.',
    remedy: 'Start one with amp emulator start.',
  },
  'emulator-port-taken': {
    summary: 'The port the emulator should listen on is in use.',
    remedy: 'Stop what listens there, or choose another with --port (0 takes any).',
  },
  'emulator-start-failed': {
    summary: 'The detached emulator ended before it was ready.',
    remedy: 'Run amp emulator start without --detach to see why.',
  },
  'emulator-refused': {
    summary: 'The emulator refused a change, a fault or a setting.',
    remedy: 'Read the message; amp emulator fault list and amp emulator status show what exists.',
  },
  'emulator-data-invalid': {
    summary: 'A seed, fault, change or Apex stub file cannot be used.',
    remedy: 'Check the file against the examples in docs/emulator.md.',
  },
});
