import { defineErrors } from '../define-errors.ts';

/** The local state file and its locks. */
export const storeErrors = defineErrors({
  'store-unavailable': {
    summary: 'The state file cannot be opened, read or written.',
    remedy: 'Check the path and its permissions.',
  },
  'store-full': {
    summary: 'No space is left for the state file.',
    remedy: 'Free disk space and run the command again; nothing was lost.',
  },
  'store-busy': {
    summary: 'Another process kept the state file busy for too long.',
    remedy: 'Run the command again.',
    retryable: true,
  },
  'store-damaged': { summary: 'The state file is damaged.', remedy: 'Run amp doctor; restore a backup if it says so.' },
  'store-newer': { summary: 'The state file was written by a newer amp.', remedy: 'Upgrade amp.' },
  'store-locked': {
    summary: 'Another amp process holds the lock.',
    remedy: 'Wait for it to end, or stop it.',
    retryable: true,
  },
});
