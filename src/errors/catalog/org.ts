import { defineErrors } from '../define-errors.ts';

/** Connecting an org: signing in, staying signed in, the list of orgs. */
export const orgErrors = defineErrors({
  'org-not-connected': {
    summary: 'The command needs an org, and none is connected under that name (or at all).',
    remedy: 'Run amp org login.',
    exit: 'signIn',
  },
  'org-sign-in-expired': {
    summary: 'The org no longer accepts the stored sign-in: it was revoked, expired, or replaced elsewhere.',
    remedy: 'Sign in again: amp org login.',
    exit: 'signIn',
  },
  'org-sign-in-refused': {
    summary: 'The org refused the username, password or token.',
    remedy: 'Check them; a password from outside a trusted network needs the security token appended.',
    exit: 'signIn',
  },
  'org-sign-in-denied': {
    summary: 'Access was denied on the sign-in page.',
    remedy: 'Run amp org login again and choose Allow.',
    exit: 'signIn',
  },
  'org-sign-in-timeout': {
    summary: 'The browser never came back from the sign-in page.',
    remedy:
      'If the page said the app is blocked or not installed, an administrator must install it: Setup, Connected Apps OAuth Usage, Install.',
    exit: 'signIn',
  },
  'org-sign-in-port': {
    summary: 'The callback port is taken on 127.0.0.1 or ::1, so the sign-in could be intercepted.',
    remedy: 'Free the port, or use --port with another callback address registered in the app.',
    exit: 'signIn',
  },
  'org-sign-in-callback': {
    summary: 'The pasted address is not the callback of this sign-in.',
    remedy: 'Paste the whole address the browser ended on, from the sign-in just started.',
    exit: 'signIn',
  },
  'org-sign-in-failed': {
    summary: 'The org refused the sign-in for a reason amp has no own code for.',
    remedy: 'Read the reason; Setup, Login History shows more to an administrator.',
    exit: 'signIn',
  },
  'org-sign-in-busy': {
    summary: 'Another process is refreshing this sign-in and does not finish.',
    remedy: 'Wait a moment and run the command again.',
    retryable: true,
  },
  'org-sign-in-unavailable': {
    summary:
      'The sign-in could not be renewed because the login host does not answer properly. The account is unharmed.',
    remedy: 'Wait and run the command again; see status.salesforce.com.',
    retryable: true,
  },
  'org-token-answer': {
    summary: 'The token endpoint answered something that is not a token answer.',
    remedy: 'Check --instance-url; a proxy or login page may be in between.',
  },
  'org-app-not-installed': {
    summary: 'The app is not installed in this org, and since September 2025 users cannot authorise such apps.',
    remedy:
      'An administrator installs it once: Setup, Connected Apps OAuth Usage, Install. Then run amp org login again.',
    exit: 'signIn',
  },
  'org-app-not-approved': {
    summary: 'The user has not been approved for this app.',
    remedy:
      'In the app\'s policies set "Admin approved users are pre-authorized" and add the user\'s profile or permission set.',
    exit: 'signIn',
  },
  'org-app-access': {
    summary: 'The app does not let this user in (invalid_app_access).',
    remedy: 'An administrator grants the user access to the app, in its policies or through a permission set.',
    exit: 'signIn',
  },
  'org-app-unknown': {
    summary: 'The org does not know this client id.',
    remedy: 'Check --client-id; a new app takes up to ten minutes to appear, and sandboxes know only their own apps.',
    exit: 'signIn',
  },
  'org-app-secret': {
    summary: 'The client secret is wrong or missing.',
    remedy: 'Copy the consumer secret again and give it with --client-secret - or AMP_ORG_CLIENT_SECRET.',
    exit: 'signIn',
  },
  'org-redirect-mismatch': {
    summary: 'The callback address is not registered in the app.',
    remedy: 'Register exactly http://localhost:<port>/OauthRedirect (port 1717 unless --port) in the app.',
    exit: 'signIn',
  },
  'org-audience-invalid': {
    summary: 'The JWT was meant for another login host.',
    remedy: 'Use --sandbox for sandboxes, or --instance-url with the My Domain.',
    exit: 'signIn',
  },
  'org-assertion-invalid': {
    summary: 'The JWT was not accepted: wrong key, certificate or username, or this clock is off.',
    remedy: "Upload the key's certificate to the app, check the username, and compare this computer's clock.",
    exit: 'signIn',
  },
  'org-key-unusable': {
    summary: 'The private key cannot sign in: it is not RSA, is shorter than 2048 bits, or is not a readable PEM.',
    remedy: 'Make one: openssl req -x509 -newkey rsa:2048 -nodes -keyout amp.key -out amp.crt -days 730.',
    exit: 'signIn',
  },
  'org-ip-restricted': {
    summary: "This computer's address is not allowed to sign in.",
    remedy: "An administrator adds the address to the profile's login IP ranges or relaxes the app's IP policy.",
    exit: 'signIn',
  },
  'org-inactive': {
    summary: 'The org is not active: expired, locked or deleted.',
    remedy: 'Ask its administrator; an expired trial or sandbox has to be made again.',
    exit: 'signIn',
  },
  'org-user-inactive': {
    summary: 'The user is deactivated or frozen.',
    remedy: 'Ask an administrator to activate the user, or sign in as another one.',
    exit: 'signIn',
  },
  'org-password-expired': {
    summary: "The user's password has expired, and Salesforce takes no calls until it is set anew.",
    remedy:
      'The user signs in to Salesforce once and sets a new password, or gets the permission Password Never Expires; with --flow password sign in again: amp org login.',
    exit: 'signIn',
  },
  'org-wrong-environment': {
    summary: 'The org lives elsewhere: sandbox instead of production, or the other way round.',
    remedy: 'Use --sandbox for sandboxes, no flag for production, or --instance-url with the My Domain.',
    exit: 'signIn',
  },
  'org-flow-unsupported': {
    summary: 'This way of signing in is not offered, here or by the org.',
    remedy: 'Use --flow web, or --flow jwt for unattended machines.',
    exit: 'usage',
  },
  'org-url-untrusted': {
    summary: 'An address is not one of Salesforce (or the local emulator), so no credential is sent to it.',
    remedy: "Use the https address of the org's My Domain, such as https://acme.my.salesforce.com.",
  },
  'org-alias-taken': {
    summary: 'The alias already stands for another org.',
    remedy: 'Choose another --alias, or run amp org logout first.',
    exit: 'usage',
  },
  'org-list-damaged': {
    summary: 'The list of connected orgs cannot be read.',
    remedy: 'Move the file away and sign in again: amp org login.',
  },
});
