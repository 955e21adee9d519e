import { AmpError } from '../../../errors/amp-error.ts';

/** Which hosts may ever see a credential: https under Salesforce's own domains; http only for an emulator on this machine. */
const trustedSuffixes = ['.salesforce.com', '.force.com', '.salesforce.mil'];

export const productionLogin = 'https://login.salesforce.com';
export const sandboxLogin = 'https://test.salesforce.com';
export const defaultEmulatorUrl = 'http://127.0.0.1:7575';

/** The origin of a login, instance or identity URL. Throws `org-url-untrusted`; `what` names it in the message. */
export function checkSalesforceUrl(text: string, what: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw untrusted(`${what} "${text.slice(0, 200)}" is not a URL.`);
  if (url.username || url.password) throw untrusted(`${what} carries a username or password.`);
  if (isLoopback(url.hostname) && (url.protocol === 'http:' || url.protocol === 'https:')) return url.origin;
  if (url.protocol !== 'https:') throw untrusted(`${what} ${url.origin} is not https.`);
  if (!trustedSuffixes.some((suffix) => url.hostname.endsWith(suffix))) {
    throw untrusted(`${what} ${url.origin} is not a Salesforce address.`);
  }
  return url.origin;
}

/** What the user typed after --instance-url: the scheme may be left out. */
export function parseInstanceUrl(text: string): string {
  return checkSalesforceUrl(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`, 'The instance URL');
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** A sandbox by its host: `test.` or a My Domain with `.sandbox.`. */
export function looksLikeSandbox(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'test.salesforce.com' || hostname.includes('.sandbox.') || /--/.test(hostname.split('.')[0]!);
}

/**
 * Audience of a JWT: the login host that knows the user. My Domains of production orgs and sandboxes stand for
 * login and test; the emulator is its own.
 */
export function jwtAudience(loginUrl: string): string {
  if (isLoopback(new URL(loginUrl).hostname)) return loginUrl;
  return looksLikeSandbox(loginUrl) ? sandboxLogin : productionLogin;
}

function untrusted(message: string): AmpError {
  return new AmpError({ code: 'org-url-untrusted', message });
}
