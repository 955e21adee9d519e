import { defineErrors } from '../define-errors.ts';

/** The hosted platform and its API. */
export const hostedErrors = defineErrors({
  'hosted-not-supported': {
    summary: 'The hosted platform has nothing like this command.',
    remedy: 'Run it without -p on the local environment.',
    exit: 'usage',
  },
  'hosted-key-missing': {
    summary: 'There is no API key for the hosted platform.',
    remedy: 'Run amp login, or set AMP_API_KEY.',
    exit: 'signIn',
  },
  'hosted-key-refused': {
    summary: 'The hosted platform does not accept the API key.',
    remedy: 'Make a new key in the dashboard and run amp login.',
    exit: 'signIn',
  },
  'hosted-request-failed': {
    summary: 'The hosted platform refused a request.',
    remedy: 'Read its answer above; --debug shows the request.',
  },
  'hosted-unreachable': {
    summary: 'The hosted platform could not be reached, or did not answer in time.',
    remedy: 'Check the network and AMP_API_URL, then run the command again.',
  },
  'hosted-outcome-unknown': {
    summary: 'A request was sent but its answer never came, so nobody knows whether it took effect.',
    remedy: 'Look at the current state (amp diff -p …) before you try again.',
  },
  'hosted-answer-invalid': {
    summary: 'The answer of the hosted platform is not what it documents.',
    remedy: 'Check AMP_API_URL; run with --debug to see the answer.',
  },
  'hosted-not-found': { summary: 'The hosted project has no such thing.', remedy: 'List what there is.' },
});
