import { Readable } from 'node:stream';
import { AmpError } from '../../src/errors/amp-error.ts';
import { HttpFailure } from '../../src/platform/http.ts';
import { signInError } from '../../src/providers/salesforce/auth/oauth-errors.ts';
import { jobFailed } from '../../src/providers/salesforce/bulk/query-job.ts';
import { parseErrorBody, salesforceError } from '../../src/providers/salesforce/errors.ts';
import { errorOfAnswer } from '../../src/providers/salesforce/rest/call-errors.ts';

/** One labelled fault: what the wire said, and what a person must be told. */
export interface LabelledFault {
  name: string;
  error: () => unknown;
  expect: {
    code: string;
    /** Part of the root cause as `explain` tells it. */
    rootCause: string;
    retryable: boolean;
    /** Part of the remedy. */
    remedy: string;
    subsystem?: string;
  };
}

const where = 'GET /services/data/v66.0/query';
const rest = (status: number, errorCode: string, message: string, fields?: string[]) => () =>
  wire(status, JSON.stringify([{ message, errorCode, ...(fields ? { fields } : {}) }]));
const row =
  (statusCode: string, message: string, fields: string[] = []) =>
  () =>
    wire(400, JSON.stringify([{ statusCode, message, fields }]));
const wire = (status: number, body: string) => salesforceError({ status, body: parseErrorBody(body), where });
const raw = (status: number, body: string) => () => wire(status, body);
const oauth =
  (error: string, description: string, status = 400) =>
  () =>
    signInError({ error, description, status });
const network = (code: string, salesforceCode: string, message: string) => () =>
  new AmpError({
    code: salesforceCode,
    message: `${where}: ${message}`,
    cause: Object.assign(new Error(message), { code }),
  });

const job = (errorMessage: string | undefined) => () =>
  jobFailed({ id: '750Am000000000QIAQ', state: 'Failed', errorMessage });
const answer = (status: number, errorCode: string, message: string) => () =>
  errorOfAnswer(
    { status, headers: {}, body: Readable.from([]) },
    { errorCode, message, fields: [] },
    { where } as never,
    {} as never,
    { alias: 'acme' } as never,
  );

const html = '<html><head><title>Error</title></head><body>We are down for maintenance.</body></html>';
const expect = (code: string, rootCause: string, retryable: boolean, remedy: string, subsystem?: string) => ({
  code,
  rootCause,
  retryable,
  remedy,
  ...(subsystem ? { subsystem } : {}),
});
const fault = (name: string, error: () => unknown, expected: LabelledFault['expect']): LabelledFault => ({
  name,
  error,
  expect: expected,
});

/** Shapes as recorded or documented: REST arrays, composite rows, OAuth objects, Bulk 1.0, SOAP, HTML, nothing, and the network. */
export const corpus: readonly LabelledFault[] = [
  // Signing in and staying signed in.
  fault(
    'refresh token revoked',
    oauth('invalid_grant', 'expired access/refresh token'),
    expect('org-sign-in-expired', 'invalid_grant: expired access/refresh token', false, 'amp org login', 'auth'),
  ),
  fault(
    'JWT audience',
    oauth('invalid_grant', 'Audience validation failed'),
    expect('org-audience-invalid', 'Audience validation failed', false, '--sandbox', 'auth'),
  ),
  fault(
    'wrong password',
    oauth('invalid_grant', 'authentication failure'),
    expect('org-sign-in-refused', 'authentication failure', false, 'security token', 'auth'),
  ),
  fault(
    'wrong password, older text',
    oauth('invalid_grant', 'authentication failure - Invalid Password'),
    expect('org-sign-in-refused', 'Invalid Password', false, 'security token', 'auth'),
  ),
  fault(
    'code used twice',
    oauth('invalid_grant', 'expired authorization code'),
    expect('org-sign-in-failed', 'expired authorization code', false, 'Login History', 'auth'),
  ),
  fault(
    'code verifier',
    oauth('invalid_grant', 'invalid code verifier'),
    expect('org-sign-in-failed', 'invalid code verifier', false, 'Login History', 'auth'),
  ),
  fault(
    'JWT assertion',
    oauth('invalid_grant', 'invalid assertion'),
    expect('org-assertion-invalid', 'invalid assertion', false, 'certificate', 'auth'),
  ),
  fault(
    'consumer not approved',
    oauth('invalid_grant', "user hasn't approved this consumer"),
    expect('org-app-not-approved', "hasn't approved this consumer", false, 'pre-authorized', 'auth'),
  ),
  fault(
    'inactive user',
    oauth('inactive_user', 'inactive user'),
    expect('org-user-inactive', 'inactive', false, 'activate the user', 'auth'),
  ),
  fault(
    'inactive org',
    oauth('inactive_org', 'inactive organization'),
    expect('org-inactive', 'inactive_org', false, 'administrator', 'auth'),
  ),
  fault(
    'too many sign-ins',
    oauth('rate_limit_exceeded', 'login rate exceeded', 403),
    expect('salesforce-rate-limited', 'rate_limit_exceeded', true, 'wait'),
  ),
  fault(
    'client id unknown',
    oauth('invalid_client_id', 'client identifier invalid'),
    expect('org-app-unknown', 'client identifier invalid', false, '--client-id', 'auth'),
  ),
  fault(
    'client secret wrong',
    oauth('invalid_client', 'invalid client credentials'),
    expect('org-app-secret', 'invalid client credentials', false, 'secret', 'auth'),
  ),
  fault(
    'grant type off',
    oauth('unsupported_grant_type', 'grant type not supported'),
    expect('org-flow-unsupported', 'unsupported_grant_type', false, '--flow', 'auth'),
  ),
  fault(
    'redirect not registered',
    oauth('redirect_uri_mismatch', 'redirect_uri must match configuration'),
    expect('org-redirect-mismatch', 'redirect_uri', false, 'OauthRedirect', 'auth'),
  ),
  fault(
    'app access',
    oauth('invalid_app_access', 'user is not admin approved to access this app'),
    expect('org-app-access', 'invalid_app_access', false, 'administrator', 'auth'),
  ),
  fault(
    'app not installed',
    oauth('OAUTH_APPROVAL_ERROR_GENERIC', 'An unexpected error has occurred during authentication'),
    expect('org-app-not-installed', 'OAUTH_APPROVAL_ERROR_GENERIC', false, 'Install', 'auth'),
  ),
  fault(
    'user pressed Deny',
    oauth('access_denied', 'end-user denied authorization'),
    expect('org-sign-in-denied', 'access_denied', false, 'Allow', 'auth'),
  ),
  fault(
    'user pressed Deny, other spelling',
    oauth('access-denied', 'end-user denied authorization'),
    expect('org-sign-in-denied', 'access-denied', false, 'Allow', 'auth'),
  ),
  fault(
    'login IP',
    oauth('invalid_grant', 'ip restricted'),
    expect('org-ip-restricted', 'ip restricted', false, 'IP', 'auth'),
  ),
  fault(
    'session expired',
    rest(401, 'INVALID_SESSION_ID', 'Session expired or invalid'),
    expect('org-sign-in-expired', 'Session expired or invalid', false, 'amp org login', 'auth'),
  ),
  fault(
    'session expired, SOAP',
    raw(
      500,
      '<soapenv:Envelope><soapenv:Body><soapenv:Fault><faultcode>sf:INVALID_SESSION_ID</faultcode><faultstring>INVALID_SESSION_ID: Invalid Session ID</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>',
    ),
    expect('org-sign-in-expired', 'INVALID_SESSION_ID', false, 'amp org login', 'auth'),
  ),
  fault(
    'session expired, Bulk 1.0',
    raw(400, '{"exceptionCode":"InvalidSessionId","exceptionMessage":"Unable to find session id"}'),
    expect('org-sign-in-expired', 'Unable to find session id', false, 'amp org login', 'auth'),
  ),
  // Limits.
  fault(
    'daily API limit',
    rest(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
    expect('salesforce-rate-limited', 'TotalRequests Limit exceeded', true, 'amp org limits', 'provider'),
  ),
  fault(
    'concurrent calls',
    rest(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'),
    expect('salesforce-concurrency-limited', 'ConcurrentRequests', true, 'AMP_MAX_CONCURRENT_REQUESTS'),
  ),
  fault(
    'concurrent long transactions',
    rest(403, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.'),
    expect('salesforce-concurrency-limited', 'ConcurrentPerOrgLongTxn', true, 'AMP_MAX_CONCURRENT_REQUESTS'),
  ),
  fault('429 from the edge', raw(429, ''), expect('salesforce-rate-limited', 'HTTP 429', true, 'wait')),
  fault(
    'transaction security metering',
    row('TXN_SECURITY_METERING_ERROR', 'too many transactions'),
    expect('salesforce-rate-limited', 'too many transactions', true, 'wait'),
  ),
  // The platform is down or in the way.
  fault(
    '503 JSON',
    rest(503, 'SERVER_UNAVAILABLE', 'Server is too busy'),
    expect('salesforce-unavailable', 'Server is too busy', true, 'status.salesforce.com'),
  ),
  fault('500 HTML', raw(500, html), expect('salesforce-unavailable', 'HTTP 500', true, 'status.salesforce.com')),
  fault('502 HTML', raw(502, html), expect('salesforce-unavailable', 'HTTP 502', true, 'status.salesforce.com')),
  fault('503 empty', raw(503, ''), expect('salesforce-unavailable', 'HTTP 503', true, 'status.salesforce.com')),
  fault('504 HTML', raw(504, html), expect('salesforce-unavailable', 'HTTP 504', true, 'status.salesforce.com')),
  fault(
    '420 no edge route',
    raw(420, html),
    expect('salesforce-unavailable', 'HTTP 420', true, 'status.salesforce.com'),
  ),
  fault('406 empty', raw(406, ''), expect('salesforce-unavailable', 'HTTP 406', true, 'status.salesforce.com')),
  fault(
    'unknown exception',
    rest(500, 'UNKNOWN_EXCEPTION', 'An unexpected error occurred. ErrorId: 12'),
    expect('salesforce-unavailable', 'ErrorId: 12', true, 'status.salesforce.com'),
  ),
  fault(
    'query timeout',
    rest(400, 'QUERY_TIMEOUT', 'Your query request was running for too long.'),
    expect('salesforce-query-timeout', 'running for too long', false, '--api bulk'),
  ),
  // Queries.
  fault(
    'malformed query',
    rest(400, 'MALFORMED_QUERY', "unexpected token: 'FRM'"),
    expect('salesforce-query-malformed', "unexpected token: 'FRM'", false, 'position'),
  ),
  fault(
    'unknown column',
    rest(400, 'INVALID_FIELD', "No such column 'Foo' on entity 'Account'."),
    expect('salesforce-field-unknown', "No such column 'Foo'", false, 'field-level security'),
  ),
  fault(
    'unknown object',
    rest(400, 'INVALID_TYPE', "sObject type 'Accout' is not supported."),
    expect('salesforce-object-unknown', 'Accout', false, '__c'),
  ),
  fault(
    'query locator',
    rest(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator'),
    expect('salesforce-cursor-expired', 'invalid query locator', true, 'checkpoint'),
  ),
  fault(
    'malformed search',
    rest(400, 'MALFORMED_SEARCH', 'No search term found. The search term must be enclosed in braces.'),
    expect('salesforce-query-malformed', 'No search term found', false, 'position'),
  ),
  fault(
    'API disabled',
    rest(403, 'API_DISABLED_FOR_ORG', 'API is not enabled for this Organization or Partner'),
    expect('salesforce-api-disabled', 'API is not enabled', false, 'API Enabled'),
  ),
  fault(
    'not found',
    rest(404, 'NOT_FOUND', 'The requested resource does not exist'),
    expect('salesforce-not-found', 'does not exist', false, 'id'),
  ),
  fault('wrong version for the job', raw(409, ''), expect('salesforce-conflict', 'HTTP 409', false, 'message')),
  fault('version retired', raw(410, ''), expect('salesforce-version-retired', 'HTTP 410', false, 'amp org login')),
  fault('precondition', raw(412, ''), expect('salesforce-record-changed', 'HTTP 412', false, 'again')),
  // Records.
  fault(
    'required field',
    row('REQUIRED_FIELD_MISSING', 'Required fields are missing: [LastName]', ['LastName']),
    expect('salesforce-required-field-missing', '[LastName]', false, 'default'),
  ),
  fault(
    'unknown field on write',
    row('INVALID_FIELD', "No such column 'foo' on sobject of type Bar"),
    expect('salesforce-field-unknown', "'foo'", false, 'field-level security'),
  ),
  fault(
    'field read-only',
    row(
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      'Unable to create/update fields: MasterRecordId. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
      ['MasterRecordId'],
    ),
    expect('salesforce-field-read-only', 'MasterRecordId', false, 'edit access'),
  ),
  fault(
    'text too long',
    row('STRING_TOO_LONG', 'Account Name: data value too large: Jane Doe (max length=255)', ['Name']),
    expect('salesforce-value-too-long', '(max length=255)', false, 'Shorten'),
  ),
  fault(
    'restricted picklist',
    row('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'Race: bad value for restricted picklist field: X', ['Race__c']),
    expect('salesforce-picklist-value', 'bad value for restricted picklist field', false, 'Map it'),
  ),
  fault(
    'e-mail address',
    row('INVALID_EMAIL_ADDRESS', 'Email: invalid email address: 123', ['Email']),
    expect('salesforce-value-invalid', 'invalid email address', false, 'amp org describe'),
  ),
  fault(
    'validation rule',
    row('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Close date must be in the future'),
    expect('salesforce-validation-rule', 'Close date must be in the future', false, 'administrator'),
  ),
  fault(
    'duplicate rule',
    row('DUPLICATES_DETECTED', 'Use one of these records?'),
    expect('salesforce-duplicate-found', 'Use one of these records?', false, 'Update that record'),
  ),
  fault(
    'duplicate value',
    row('DUPLICATE_VALUE', 'duplicate value found: Ext__c duplicates value on record with id: 001AB00000C1dEf'),
    expect('salesforce-duplicate-value', 'Ext__c', false, 'Upsert'),
  ),
  fault(
    'row locked',
    row('UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record or 1 records: 001AB00000C1dEf'),
    expect('salesforce-row-locked', 'exclusive access', true, 'sort rows by parent'),
  ),
  fault(
    'lock failure in bulk',
    row('TooManyLockFailure', 'TooManyLockFailure'),
    expect('salesforce-row-locked', 'TooManyLockFailure', true, 'sort rows by parent'),
  ),
  fault(
    'deleted',
    row('ENTITY_IS_DELETED', 'entity is deleted'),
    expect('salesforce-not-found', 'entity is deleted', false, 'recycle bin'),
  ),
  fault(
    'cross reference',
    row('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id'),
    expect('salesforce-reference-invalid', 'invalid cross reference id', false, 'referenced id'),
  ),
  fault(
    'malformed id',
    row('MALFORMED_ID', 'malformed id 001AB'),
    expect('salesforce-id-malformed', 'malformed id', false, 'Check the id'),
  ),
  fault(
    'id missing',
    row('MISSING_ARGUMENT', 'Id not specified in an update call'),
    expect('salesforce-required-field-missing', 'Id not specified', false, 'value'),
  ),
  fault(
    'rolled back with others',
    row(
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'Record rolled back because not all records were valid and the request was using AllOrNone header',
    ),
    expect('salesforce-rolled-back', 'rolled back', false, 'failed first'),
  ),
  fault(
    'processing halted',
    row('PROCESSING_HALTED', 'The transaction was rolled back since another operation in the same transaction failed.'),
    expect('salesforce-rolled-back', 'another operation', false, 'failed first'),
  ),
  fault(
    'no access',
    rest(403, 'INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id'),
    expect('salesforce-access-denied', 'insufficient access rights', false, 'permission set'),
  ),
  fault(
    'no access to the reference',
    row('INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'insufficient access rights on cross-reference id'),
    expect('salesforce-access-denied', 'cross-reference', false, 'permission set'),
  ),
  fault(
    'trigger failed',
    row('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'AccountTrigger: execution of BeforeInsert'),
    expect('salesforce-automation-failed', 'AccountTrigger', false, 'administrator'),
  ),
  fault(
    'number out of range',
    row('NUMBER_OUTSIDE_VALID_RANGE', 'Amount: value outside of valid range'),
    expect('salesforce-value-out-of-range', 'outside of valid range', false, 'precision'),
  ),
  fault(
    'wrong JSON type',
    row(
      'JSON_PARSER_ERROR',
      'Cannot deserialize instance of date from VALUE_STRING value secret or request may be missing a required field',
    ),
    expect('salesforce-value-invalid', 'Cannot deserialize', false, 'amp org describe'),
  ),
  fault(
    'inactive owner',
    row('INACTIVE_OWNER_OR_USER', 'operation performed with inactive user [0051] as owner'),
    expect('salesforce-reference-invalid', 'inactive user', false, 'referenced id'),
  ),
  fault(
    'external id of several records',
    raw(300, '["/services/data/v66.0/sobjects/Account/001A","/services/data/v66.0/sobjects/Account/001B"]'),
    expect('salesforce-several-matches', 'HTTP 300', false, 'unique'),
  ),
  fault(
    'field integrity',
    row('FIELD_INTEGRITY_EXCEPTION', "There's a problem with this country, even though it may appear correct.", [
      'Country',
    ]),
    expect('salesforce-value-invalid', 'problem with this country', false, 'amp org describe'),
  ),
  fault(
    'flow failed',
    row('CANNOT_EXECUTE_FLOW_TRIGGER', "We can't save this record because the “Score” process failed."),
    expect('salesforce-automation-failed', 'process failed', false, 'administrator'),
  ),
  fault(
    'locked for approval',
    row('ENTITY_IS_LOCKED', 'the entity is locked for editing'),
    expect('salesforce-record-locked', 'locked for editing', false, 'approval'),
  ),
  fault(
    'no storage left',
    row('STORAGE_LIMIT_EXCEEDED', 'storage limit exceeded'),
    expect('salesforce-storage-full', 'storage limit exceeded', false, 'Storage Usage'),
  ),
  fault(
    'expired password',
    rest(
      403,
      'INVALID_OPERATION_WITH_EXPIRED_PASSWORD',
      'The users password has expired, you must call SetPassword before attempting any other API operations',
    ),
    expect('org-password-expired', 'password has expired', false, 'new password', 'auth'),
  ),
  fault(
    'concurrent limit in other words',
    rest(403, 'REQUEST_LIMIT_EXCEEDED', 'Maximum number of concurrent requests exceeded.'),
    expect('salesforce-concurrency-limited', 'concurrent requests', true, 'AMP_MAX_CONCURRENT_REQUESTS'),
  ),
  // What stands in between speaks its own language.
  fault(
    'maintenance page',
    raw(503, '<!doctype html><html><head><title>Down for\n maintenance</title></head></html>'),
    expect('salesforce-unavailable', 'Down for maintenance', true, 'status.salesforce.com'),
  ),
  fault(
    'a mesh without the org behind it',
    raw(503, 'upstream connect error or disconnect/reset before headers'),
    expect('salesforce-unavailable', 'upstream connect error', true, 'status.salesforce.com'),
  ),
  fault(
    'a gateway with an error of its own shape',
    raw(400, '{"error":{"code":42,"message":"quota of the gateway is used up"}}'),
    expect('salesforce-request-invalid', 'quota of the gateway', false, '--debug'),
  ),
  fault(
    'cut JSON of an error',
    raw(400, '[{"message":"No such col'),
    expect('salesforce-request-invalid', 'HTTP 400', false, '--debug'),
  ),
  // Bulk jobs that end as Failed.
  fault(
    'a job over the time of the query',
    job('InvalidBatch : Failed to process query: QUERY_TIMEOUT: Your query request was running for too long.'),
    expect('salesforce-query-timeout', 'running for too long', false, '--days', 'provider'),
  ),
  fault(
    'a job over the limit of the day',
    job('ExceededQuota : ApiBatchItems Limit exceeded.'),
    expect('salesforce-rate-limited', 'ApiBatchItems Limit exceeded', true, 'amp org limits', 'provider'),
  ),
  fault(
    'a job of a field that went away',
    job("InvalidBatch : Failed to process query: INVALID_FIELD: No such column 'Score__c' on entity 'Contact'."),
    expect('salesforce-field-unknown', "No such column 'Score__c'", false, 'amp org describe', 'provider'),
  ),
  fault(
    'a job of a field that Bulk names in its own way',
    job('InvalidBatch : Field name not found : Score__c'),
    expect('salesforce-field-unknown', 'Field name not found', false, 'amp org describe', 'provider'),
  ),
  fault(
    'a job of an org without Bulk',
    job('FeatureNotEnabled : Async API is not enabled'),
    expect('salesforce-api-disabled', 'not enabled', false, 'API Enabled', 'provider'),
  ),
  fault(
    'a job that failed without a word',
    job(undefined),
    expect('read-job-failed', 'gave no reason', false, 'Bulk Data Load Jobs'),
  ),
  // Remedies that can be pasted name the org.
  fault(
    'allowance of the org gone',
    answer(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
    expect('salesforce-rate-limited', 'TotalRequests Limit exceeded', true, 'amp org limits --org acme;'),
  ),
  fault(
    'field of an object of the org gone',
    answer(400, 'INVALID_FIELD', "No such column 'Score__c' on entity 'Contact'."),
    expect('salesforce-field-unknown', 'Score__c', false, 'amp org describe Contact --org acme;'),
  ),
  // The network.
  fault(
    'no address',
    network('ENOTFOUND', 'salesforce-unreachable', 'getaddrinfo ENOTFOUND acme.my.salesforce.com'),
    expect('salesforce-unreachable', 'ENOTFOUND', true, 'network', 'provider'),
  ),
  fault(
    'connection refused',
    network('ECONNREFUSED', 'salesforce-unreachable', 'connect ECONNREFUSED 127.0.0.1:9'),
    expect('salesforce-unreachable', 'ECONNREFUSED', true, 'network', 'provider'),
  ),
  fault(
    'reset inside the body',
    network('ECONNRESET', 'salesforce-connection-lost', 'read ECONNRESET'),
    expect('salesforce-connection-lost', 'ECONNRESET', true, 'again', 'provider'),
  ),
  fault(
    'reset inside the body, told by host',
    () =>
      new AmpError({
        code: 'salesforce-connection-lost',
        message: `${where}: acme.my.salesforce.com closed the connection (ECONNRESET).`,
        cause: new HttpFailure(
          'reset',
          'acme.my.salesforce.com closed the connection (ECONNRESET).',
          new Error('aborted'),
        ),
      }),
    expect('salesforce-connection-lost', 'acme.my.salesforce.com closed the connection', true, 'again', 'provider'),
  ),
];
