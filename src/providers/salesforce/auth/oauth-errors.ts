import { AmpError } from '../../../errors/amp-error.ts';

/** What an OAuth endpoint or the callback said. */
export interface OAuthRefusal {
  error: string;
  description: string;
  status?: number | undefined;
  /** The org's own name for the exchange, when it sends one. */
  requestId?: string;
}

type Rule = [error: RegExp, description: RegExp, code: string, message: string];

// By `error` first, the description only where one error stands for several stories. First match wins.
const rules: Rule[] = [
  [/^OAUTH_APPROVAL_ERROR|APP_NOT_INSTALLED/i, /./s, 'org-app-not-installed', 'This app is not installed in the org.'],
  [
    /./,
    /not installed|uninstalled|app is blocked|blocked by admin/i,
    'org-app-not-installed',
    'This app is not installed in the org.',
  ],
  [/./, /redirect_uri/i, 'org-redirect-mismatch', 'The callback address is not registered in the app.'],
  [/^redirect_uri_mismatch$/, /^/, 'org-redirect-mismatch', 'The callback address is not registered in the app.'],
  [/^access[_-]denied$/, /^/, 'org-sign-in-denied', 'Access was denied on the sign-in page.'],
  [/^invalid_app_access$/, /^/, 'org-app-access', 'The app does not let this user in.'],
  [
    /./,
    /hasn'?t approved this consumer|not approved/i,
    'org-app-not-approved',
    'The user is not approved for this app.',
  ],
  [/./, /audience/i, 'org-audience-invalid', 'The JWT is meant for another login host.'],
  [/./, /invalid assertion|assertion|signature is invalid/i, 'org-assertion-invalid', 'The JWT was not accepted.'],
  [/./, /ip restricted|ip_restricted|ip address|login ip/i, 'org-ip-restricted', 'This address may not sign in.'],
  [/^inactive_user$/, /^/, 'org-user-inactive', 'The user is inactive.'],
  [/./, /inactive user|user is inactive|frozen/i, 'org-user-inactive', 'The user is inactive.'],
  [/^inactive_org$/, /^/, 'org-inactive', 'The org is inactive.'],
  [/./, /inactive organi[sz]ation|org(?:anization)? is (?:locked|inactive)/i, 'org-inactive', 'The org is inactive.'],
  [
    /./,
    /wrong (?:environment|instance)|use test\.salesforce|request not supported on this domain/i,
    'org-wrong-environment',
    'The org lives on another login host.',
  ],
  [/^invalid_client_id$/, /^/, 'org-app-unknown', 'The org does not know this client id.'],
  [/./, /client identifier invalid/i, 'org-app-unknown', 'The org does not know this client id.'],
  [/^invalid_client$/, /^/, 'org-app-secret', 'The client secret is wrong or missing.'],
  [/^(?:rate_limit_exceeded|too_many_requests)$/, /^/, 'salesforce-rate-limited', 'Too many sign-ins in a short time.'],
  [
    /^(?:unsupported_grant_type|unsupported_response_type)$/,
    /^/,
    'org-flow-unsupported',
    'The org does not offer this way of signing in.',
  ],
  [/^invalid_grant$/, /authentication failure/i, 'org-sign-in-refused', 'The username, password or token is wrong.'],
  [
    /^invalid_grant$/,
    /expired access\/refresh token|token validity expired|revoked/i,
    'org-sign-in-expired',
    'The sign-in was revoked or has expired.',
  ],
  [/^invalid_grant$/, /authorization code|code verifier/i, 'org-sign-in-failed', 'The one-time code was not accepted.'],
];

/** The catalogue error of a refusal, with the org's own words as cause. */
export function signInError(refusal: OAuthRefusal): AmpError {
  const rule = rules.find(([error, description]) => error.test(refusal.error) && description.test(refusal.description));
  const said = [refusal.error, refusal.description].filter(Boolean).join(': ');
  return new AmpError({
    code: rule?.[2] ?? 'org-sign-in-failed',
    message: rule ? `${rule[3]} The org said: ${said}.` : `The org refused the sign-in: ${said}.`,
    causes: [said],
    details: {
      error: refusal.error,
      ...(refusal.status === undefined ? {} : { status: refusal.status }),
      ...(refusal.requestId === undefined ? {} : { requestId: refusal.requestId }),
    },
  });
}

/** What a refused refresh means for the account. */
export type RefreshVerdict = 'already-processing' | 'final' | 'unavailable';

/** `invalid_grant` is final but for the one text that says somebody else is refreshing right now. */
export function judgeRefusal(refusal: OAuthRefusal): RefreshVerdict {
  if (refusal.error === 'invalid_grant' && /already being processed/i.test(refusal.description))
    return 'already-processing';
  if (/^(?:rate_limit_exceeded|too_many_requests|temporarily_unavailable|server_error)$/.test(refusal.error))
    return 'unavailable';
  return 'final';
}
