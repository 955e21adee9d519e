/**
 * Which HTTP status a failure travels under. 4xx: the caller, the config or the org's answer to it has to change; 424: the
 * customer has to sign in again; 502 and 504: the org did not do its part; 503: the same request may work in a moment.
 */
export function statusOf(code: string): number {
  return exact[code] ?? families.find(([pattern]) => pattern.test(code))?.[1] ?? 500;
}

const exact: Readonly<Record<string, number>> = {
  usage: 400,
  'api-key-missing': 401,
  'api-key-wrong': 401,
  'api-host-refused': 421,
  'api-origin-refused': 403,
  'api-route-unknown': 404,
  'api-not-found': 404,
  'api-method-refused': 405,
  'api-request-invalid': 400,
  'api-request-malformed': 400,
  'api-request-too-slow': 408,
  'api-body-invalid': 400,
  'api-body-too-large': 413,
  'api-content-type-refused': 415,
  'api-stopping': 503,
  'proxy-disabled': 403,
  'proxy-path-refused': 400,
  'proxy-header-refused': 400,
  'search-object-off': 403,
  'search-condition-missing': 400,
  'read-object-disabled': 403,
  'read-object-missing': 404,
  'read-busy': 409,
  'installation-exists': 409,
  'installation-ambiguous': 409,
  'deploy-not-deployed': 409,
  'deploy-base-moved': 409,
  'deploy-in-progress': 409,
  'deploy-needs-decision': 409,
  'deploy-manifest-invalid': 422,
  'write-object-missing': 404,
  'write-delete-disabled': 403,
  'write-failed': 422,
  'salesforce-object-unknown': 404,
  'salesforce-not-found': 404,
  'salesforce-rate-limited': 429,
  'salesforce-concurrency-limited': 429,
  'salesforce-timeout': 504,
  'salesforce-unreachable': 502,
  'salesforce-connection-lost': 502,
  'salesforce-unavailable': 502,
  'salesforce-answer-damaged': 502,
  'salesforce-redirected': 502,
  'store-busy': 503,
  'store-locked': 503,
};

const families: readonly [RegExp, number][] = [
  [/-not-found$/, 404],
  [/^org-/, 424],
  [/^(?:write|fields)-/, 400],
  [/^(?:config|read|search|installation|subscribe|destination|salesforce|deploy)-/, 422],
];
