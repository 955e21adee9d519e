import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { AmpError } from '../../errors/amp-error.ts';
import { classifyAddress } from './addresses.ts';

/** Which targets one destination may have. */
export interface UrlPolicy {
  allowPrivateNetwork: boolean;
}

export interface ResolvedAddress {
  address: string;
  family: number;
}

export type Resolver = (host: string) => Promise<ResolvedAddress[]>;

export const systemResolver: Resolver = (host) => lookup(host, { all: true, verbatim: true });

/**
 * Checks the address of a webhook before anything is resolved: https (http on loopback with permission), no user or
 * password, a plain host name or a permitted address. Throws `destination-url-refused`.
 */
export function checkWebhookUrl(text: string, policy: UrlPolicy): URL {
  const refuse = (why: string, hint?: string) =>
    new AmpError({
      code: 'destination-url-refused',
      message: `The webhook address ${why}.`,
      ...(hint ? { hint } : {}),
    });
  if (!URL.canParse(text)) throw refuse('is not a URL');
  const url = new URL(text);
  const host = hostOf(url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse(`uses ${url.protocol} instead of https`);
  if (url.username !== '' || url.password !== '')
    throw refuse('carries a user name or password', 'Send credentials as a header: --header Authorization=…');
  if (host === '' || host.endsWith('.')) throw refuse('has an empty host or one that ends in a dot');
  const verdict = isIP(host) ? classifyAddress(host) : /(^|\.)localhost$/.test(host) ? 'loopback' : 'public';
  if (verdict === 'refused')
    throw refuse(`points to ${host}, which is never a receiver`, 'Use a public https address.');
  if (verdict !== 'public' && !policy.allowPrivateNetwork) throw refuse(`points to ${host}, which is not public`);
  if (url.protocol === 'http:' && verdict !== 'loopback')
    throw refuse('uses http', 'Use https; http is for receivers on this machine, with --allow-private-network.');
  return url;
}

/**
 * A lookup for sockets that checks every address a name resolves to and hands on exactly those: the connection goes to what
 * was checked, and there is no second resolution to rebind (used for each new connection).
 */
export function checkedLookup(policy: UrlPolicy, resolve: Resolver = systemResolver): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const refused = addresses.find(({ address }) => !isPermitted(address, policy));
        if (refused || addresses.length === 0) {
          const error = new AmpError({
            code: 'destination-url-refused',
            message: refused
              ? `${host} resolves to ${refused.address}, which is not permitted.`
              : `${host} has no address.`,
          });
          callback(error, '', 0);
        } else if (options.all) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error) => callback(error, '', 0),
    );
  };
}

function isPermitted(address: string, policy: UrlPolicy): boolean {
  const verdict = classifyAddress(address);
  return verdict === 'public' || (verdict !== 'refused' && policy.allowPrivateNetwork);
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
