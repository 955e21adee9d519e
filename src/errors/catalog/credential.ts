import { defineErrors } from '../define-errors.ts';

/** Where secrets are kept: keychain, encrypted file, environment. */
export const credentialErrors = defineErrors({
  'credential-store-unavailable': {
    summary: 'No place to keep secrets: there is no usable OS keychain and no other store was chosen.',
    remedy:
      'Unlock or install a keychain, or choose one: AMP_CREDENTIAL_STORE=file with AMP_CREDENTIAL_PASSPHRASE or AMP_CREDENTIAL_KEY_FILE, or AMP_ORG_… variables for one run.',
    exit: 'signIn',
  },
  'credential-store-locked': {
    summary: 'The store that holds this secret is locked, or the entry was removed from it.',
    remedy: 'Unlock the keychain (or correct the passphrase) and run the command again.',
    exit: 'signIn',
  },
  'credential-store-timeout': {
    summary: 'The OS keychain did not answer within three seconds.',
    remedy: 'Answer or dismiss its dialog, unlock the keychain and run the command again.',
    exit: 'signIn',
  },
  'credential-damaged': {
    summary: 'A stored secret cannot be read back.',
    remedy: 'Sign in again: amp org login.',
    exit: 'signIn',
  },
  'credential-environment-incomplete': {
    summary: 'AMP_ORG_… variables are set, but not all that one way of signing in needs.',
    remedy: 'See amp org login --help for the variables each way needs.',
    exit: 'usage',
  },
  'credential-refresh-token-unstorable': {
    summary: 'A refresh token was given in the environment, where its successor cannot be kept.',
    remedy: 'Sign in with amp org login, or use a JWT key or client credentials for unattended runs.',
    exit: 'usage',
  },
  'file-not-private': {
    summary: 'A file that holds secrets is a link, belongs to somebody else or can be read by others.',
    remedy: 'Make it a regular file of your own with mode 600.',
  },
});
