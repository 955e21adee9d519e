import { defineErrors } from '../define-errors.ts';

/** The local HTTP API: what it refuses, and what keeps it from listening. */
export const apiErrors = defineErrors({
  'api-key-missing': {
    summary: 'The request carries no key.',
    remedy: 'Send the key of .amp/api.key in X-Api-Key or as a bearer token; over the Unix socket none is needed.',
    exit: 'signIn',
  },
  'api-key-wrong': {
    summary: 'The key of the request is not the one of this runtime.',
    remedy: 'Read it again from .amp/api.key: it changes when that file is deleted.',
    exit: 'signIn',
  },
  'api-host-refused': {
    summary: 'The request names another host than the one that listens.',
    remedy: 'Use the address as amp run prints it; a proxy in front must keep the Host header.',
  },
  'api-origin-refused': {
    summary: 'The request comes from a web page.',
    remedy: 'Call the API from your server, never from a browser: the key must not be in a page.',
  },
  'api-route-unknown': { summary: 'There is nothing at this path.', remedy: '/openapi.json lists what there is.' },
  'api-method-refused': {
    summary: 'The path does not take this method.',
    remedy: 'The Allow header lists those it takes.',
  },
  'api-request-invalid': {
    summary: 'A parameter or the body of the request is not as described.',
    remedy: 'Correct what issues names; /openapi.json describes every request.',
  },
  'api-body-invalid': { summary: 'The body of the request is not JSON.', remedy: 'Send one JSON document in UTF-8.' },
  'api-body-too-large': { summary: 'The body of the request is over 1 MiB.', remedy: 'Send it in several requests.' },
  'api-content-type-refused': {
    summary: 'The body of the request is of another type than JSON, or compressed.',
    remedy: 'Send JSON with "Content-Type: application/json", uncompressed.',
  },
  'api-request-malformed': {
    summary: 'What arrived is not an HTTP request this server takes.',
    remedy: 'Check the client, or a proxy between it and here.',
  },
  'api-request-too-slow': {
    summary: 'The request did not arrive in time.',
    remedy: 'Send headers within 5 seconds and the whole request within 30.',
    retryable: true,
  },
  'api-not-found': { summary: 'There is no such thing in this project.', remedy: 'List what there is.' },
  'api-stopping': {
    summary: 'The runtime is stopping and takes no new work.',
    remedy: 'Try again when it is back.',
    retryable: true,
  },
  'api-listen-refused': {
    summary: 'The address to listen on is not one of this computer alone.',
    remedy: 'Listen on 127.0.0.1 and put a proxy with TLS in front of it.',
    exit: 'usage',
  },
  'api-address-taken': {
    summary: 'Another process listens at the address.',
    remedy: 'Stop it, or choose another port or socket.',
  },
  'api-socket-unusable': {
    summary: 'The Unix socket cannot be made at this path.',
    remedy: 'Give a short path in a folder of yours with --socket.',
  },
});
