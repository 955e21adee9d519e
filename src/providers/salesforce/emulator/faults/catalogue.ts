import type { Effect, FaultMatch } from './fault.ts';

/** A named fault with the trap it makes; `amp emulator fault list` shows this table. */
export interface NamedFault {
  summary: string;
  effect: Effect;
  match?: FaultMatch;
  /** Every call until removed, instead of once. */
  lasting?: boolean;
}

const html = (title: string) =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;

const restError = (status: number, errorCode: string, message: string, headers?: Record<string, string>): Effect => ({
  kind: 'answer',
  status,
  body: JSON.stringify([{ message, errorCode }]),
  contentType: 'application/json;charset=UTF-8',
  ...(headers ? { headers } : {}),
});

const page = (status: number, title: string): Effect => ({
  kind: 'answer',
  status,
  body: html(title),
  contentType: 'text/html;charset=UTF-8',
});

const oauthError = (error: string, error_description: string): Effect => ({
  kind: 'answer',
  status: 400,
  body: JSON.stringify({ error, error_description }),
  contentType: 'application/json;charset=UTF-8',
});

const dataCalls: FaultMatch = { path: '/services/data/' };
const results: FaultMatch = { method: 'GET', pattern: '/jobs/query/[^/]+/results' };
const queries: FaultMatch = { pattern: '/query(All)?([/?]|$)' };
const token: FaultMatch = { path: '/services/oauth2/token' };

export const namedFaults: Record<string, NamedFault> = {
  'session-expired': {
    summary: '401 INVALID_SESSION_ID once; the session still works afterwards',
    effect: restError(401, 'INVALID_SESSION_ID', 'Session expired or invalid'),
    match: dataCalls,
  },
  'sessions-end': {
    summary: 'Every access token ends; a refresh helps',
    effect: { kind: 'act', action: 'expire-sessions' },
    match: dataCalls,
  },
  'session-not-for-rest': {
    summary: '401 that no refresh can cure',
    effect: restError(401, 'INVALID_SESSION_ID', 'This session is not valid for use with the REST API'),
    match: dataCalls,
    lasting: true,
  },
  'app-not-attached': {
    summary: '401 that no refresh can cure',
    effect: restError(401, 'INVALID_SESSION_ID', 'Connected app is not attached to Agent'),
    match: dataCalls,
    lasting: true,
  },
  'ip-restricted': {
    summary: 'The login IP range of the profile refuses the session',
    effect: restError(401, 'INVALID_SESSION_ID', 'Session expired or invalid'),
    match: dataCalls,
    lasting: true,
  },
  'api-disabled': {
    summary: '403 API_DISABLED_FOR_ORG',
    effect: restError(403, 'API_DISABLED_FOR_ORG', 'API is not enabled for this Organization or Partner'),
    match: dataCalls,
    lasting: true,
  },
  'daily-limit': {
    summary: '403 REQUEST_LIMIT_EXCEEDED, which is no permission problem',
    effect: restError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
    match: dataCalls,
  },
  'concurrent-limit': {
    summary: '403 for too many long-running calls',
    effect: restError(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'),
    match: dataCalls,
  },
  'too-many-requests': { summary: '429 without Retry-After', effect: page(429, 'Too Many Requests'), match: dataCalls },
  'too-many-requests-retry-after': {
    summary: '429 with Retry-After: 2',
    effect: {
      ...(page(429, 'Too Many Requests') as Extract<Effect, { kind: 'answer' }>),
      headers: { 'retry-after': '2' },
    },
    match: dataCalls,
  },
  'daily-limit-retry-after': {
    summary: '403 REQUEST_LIMIT_EXCEEDED with Retry-After: 2',
    effect: restError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', { 'retry-after': '2' }),
    match: dataCalls,
  },
  'server-unavailable': {
    summary: '503 SERVER_UNAVAILABLE as JSON',
    effect: restError(503, 'SERVER_UNAVAILABLE', 'The server is currently unavailable'),
    match: dataCalls,
  },
  'error-500-html': { summary: '500 with an HTML page', effect: page(500, 'Internal Server Error'), match: dataCalls },
  'error-502-html': { summary: '502 with an HTML page', effect: page(502, 'Bad Gateway'), match: dataCalls },
  'error-503-html': { summary: '503 with an HTML page', effect: page(503, 'Service Unavailable'), match: dataCalls },
  'no-edge-route': { summary: '420 with an HTML page', effect: page(420, 'No route for this host'), match: dataCalls },
  'not-acceptable-empty': {
    summary: '406 with an empty body',
    effect: { kind: 'answer', status: 406 },
    match: dataCalls,
  },
  'login-page': {
    summary: '200 with an HTML login page in place of data',
    effect: page(200, 'Login'),
    match: dataCalls,
  },
  'garbled-json': {
    summary: '400 whose JSON is cut off',
    effect: { kind: 'answer', status: 400, body: '[{"message":"unexp', contentType: 'application/json;charset=UTF-8' },
    match: dataCalls,
  },
  'redirect-away': {
    summary: '302 to another host, which must not see the token',
    effect: { kind: 'answer', status: 302, headers: { location: 'https://elsewhere.example/' } },
    match: dataCalls,
  },
  'next-page-elsewhere': {
    summary: 'nextRecordsUrl names another host',
    effect: {
      kind: 'replace',
      search: '"nextRecordsUrl":"/',
      replacement: '"nextRecordsUrl":"https://elsewhere.example/',
    },
    match: queries,
  },
  hang: { summary: 'The request is read, nothing comes back', effect: { kind: 'hang' }, match: dataCalls },
  delay: {
    summary: 'Half a second before anything happens',
    effect: { kind: 'delay', ms: 500 },
    match: dataCalls,
    lasting: true,
  },
  'lost-answer': {
    summary: 'The org does the work, the connection is reset before the answer',
    effect: { kind: 'cut', at: -1, by: 'rst' },
    match: dataCalls,
  },
  'cut-fin': { summary: 'The body ends early, politely', effect: { kind: 'cut', at: 1000, by: 'fin' }, match: results },
  'cut-rst': {
    summary: 'The connection is reset inside the body',
    effect: { kind: 'cut', at: 1000, by: 'rst' },
    match: results,
  },
  stall: {
    summary: 'The body stops and the connection stays open',
    effect: { kind: 'stall', at: 1000 },
    match: results,
  },
  'short-page': {
    summary: 'A page of ten rows that is not the last',
    effect: { kind: 'page', rows: 10 },
    match: queries,
  },
  'empty-page': {
    summary: 'A page without rows that is not the last',
    effect: { kind: 'page', rows: 0 },
    match: queries,
  },
  'wrong-count': {
    summary: 'Sforce-NumberOfRecords disagrees with the rows',
    effect: { kind: 'headers', set: { 'sforce-numberofrecords': '7' } },
    match: results,
  },
  'no-count': {
    summary: 'Sforce-NumberOfRecords is missing',
    effect: { kind: 'headers', set: { 'sforce-numberofrecords': null } },
    match: results,
  },
  'no-locator': {
    summary: 'Sforce-Locator is missing, as behind some proxies',
    effect: { kind: 'headers', set: { 'sforce-locator': null } },
    match: results,
  },
  'repeated-locator': {
    summary: 'Sforce-Locator points to the same page again',
    effect: { kind: 'headers', set: { 'sforce-locator': 'MTA' } },
    match: results,
  },
  'locators-expire': {
    summary: 'Every query locator expires',
    effect: { kind: 'act', action: 'expire-locators' },
    match: { pattern: '/query/01g' },
  },
  'jobs-expire': {
    summary: 'Every bulk job and its results are gone',
    effect: { kind: 'act', action: 'expire-jobs' },
    match: results,
  },
  'jobs-fail': {
    summary: 'Unfinished and finished bulk jobs turn Failed without a message',
    effect: { kind: 'fail-jobs' },
    match: { path: '/jobs/' },
  },
  'jobs-over-quota': {
    summary: 'Bulk jobs turn Failed with ExceededQuota',
    effect: { kind: 'fail-jobs', message: 'ExceededQuota : ApiBatchItems Limit exceeded.' },
    match: { path: '/jobs/' },
  },
  'jobs-too-many-locks': {
    summary: 'Bulk jobs turn Failed with TooManyLockFailure',
    effect: { kind: 'fail-jobs', message: 'TooManyLockFailure : Too many lock failures. Trying again later.' },
    match: { path: '/jobs/' },
  },
  'jobs-refused-fields': {
    summary: 'Bulk jobs turn Failed with a field that is not there any more',
    effect: { kind: 'fail-jobs', message: 'InvalidBatch : Field name not found : Score__c' },
    match: { path: '/jobs/' },
  },
  'row-locked': {
    summary: 'UNABLE_TO_LOCK_ROW for every row of a write',
    effect: {
      kind: 'row-error',
      statusCode: 'UNABLE_TO_LOCK_ROW',
      message: 'unable to obtain exclusive access to this record or 1 records',
    },
    match: { pattern: '/sobjects|/composite' },
  },
  'grants-revoked': {
    summary: 'The customer revokes access: refresh tokens and sessions end',
    effect: { kind: 'act', action: 'revoke-grants' },
    match: token,
  },
  'refresh-raced': {
    summary: 'Another process is refreshing: "token request is already being processed"',
    effect: oauthError('invalid_grant', 'token request is already being processed'),
    match: token,
  },
  'refresh-rotated': {
    summary: 'Somebody else used the refresh token just before',
    effect: { kind: 'act', action: 'rotate-refresh-token' },
    match: token,
  },
  'refresh-slow': {
    summary: 'The answer to a refresh takes a second',
    effect: { kind: 'slow-answer', ms: 1000 },
    match: token,
  },
  'refresh-lost': {
    summary: 'The refresh happens, its answer is lost',
    effect: { kind: 'cut', at: -1, by: 'rst' },
    match: token,
  },
  'token-503': { summary: '503 from the token endpoint', effect: page(503, 'Service Unavailable'), match: token },
  'instance-moves': {
    summary: 'The org moves: new tokens name another instance_url, the old one answers 420',
    effect: { kind: 'act', action: 'move-instance' },
    match: token,
  },
  'audience-invalid': {
    summary: 'A JWT sign-in fails',
    effect: oauthError('invalid_grant', 'Audience validation failed'),
    match: token,
  },
  'app-access-denied': {
    summary: 'The app may not be used',
    effect: oauthError('invalid_app_access', 'user is not admin approved to access this app'),
    match: token,
  },
  'event-clients-forgotten': {
    summary: '403::Unknown client on the next connect',
    effect: { kind: 'act', action: 'forget-event-clients' },
    match: { path: '/cometd/' },
  },
  'event-session-expired': {
    summary: '401::Authentication invalid in the reply to a connect',
    effect: { kind: 'bayeux', channel: '/meta/connect', error: '401::Authentication invalid', reconnect: 'none' },
    match: { path: '/cometd/' },
  },
  'event-permission': {
    summary: 'The user may not subscribe to change events',
    effect: {
      kind: 'bayeux',
      channel: '/meta/subscribe',
      error: '403::User not allowed to subscribe CDC without View All Data permissions',
    },
    match: { path: '/cometd/' },
    lasting: true,
  },
  'event-server-busy': {
    summary: '503::Server is too busy on a connect',
    effect: {
      kind: 'bayeux',
      channel: '/meta/connect',
      error: '503::Server is too busy. Please try your request again later.',
      reconnect: 'retry',
    },
    match: { path: '/cometd/' },
  },
  'event-clients-limit': {
    summary: 'Too many streaming clients in the org',
    effect: { kind: 'bayeux', channel: '/meta/handshake', error: '403::Organization concurrent user limit exceeded' },
    match: { path: '/cometd/' },
  },
  'entity-selection-denied': {
    summary: 'The user may not select entities for change events',
    effect: restError(
      403,
      'INSUFFICIENT_ACCESS',
      'You need the Customize Application permission to select entities for Change Data Capture',
    ),
    match: { method: 'POST', path: 'PlatformEventChannelMember' },
    lasting: true,
  },
};
