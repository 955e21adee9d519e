import type { Config } from '../../config/config.ts';
import { AmpError } from '../../errors/amp-error.ts';

export type HostedHost = 'api' | 'read' | 'write' | 'search' | 'proxy';

const platform = 'https://api.withampersand.com';

/**
 * Base URLs, without a slash at the end. AMP_API_URL moves the platform; the data planes follow it (`api.x` → `read.x`, any
 * other host serves all of them), so that a key never leaves the place it was meant for. AMP_READ_URL … override one each.
 */
export function hostedUrl(host: HostedHost, { apiUrl, env }: Pick<Config, 'apiUrl' | 'env'>): string {
  const override = host === 'api' ? undefined : env[`AMP_${host.toUpperCase()}_URL`];
  const url = parseBase(override || apiUrl || platform, override ? `AMP_${host.toUpperCase()}_URL` : 'AMP_API_URL');
  if (!override && host !== 'api' && url.hostname.startsWith('api.')) {
    url.hostname = `${host}.${url.hostname.slice('api.'.length)}`;
  }
  const root = url.href.replace(/\/+$/, '').replace(/\/v1$/, '');
  return host === 'proxy' ? root : `${root}/v1`;
}

function parseBase(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  const problem = !url
    ? 'is not a URL'
    : url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)
      ? 'must be https, since the API key travels with every request'
      : url.username || url.password || url.search || url.hash
        ? 'must be an address without user, query or fragment'
        : undefined;
  if (problem) throw new AmpError({ code: 'usage', message: `${name} ${problem}: ${url?.host ?? text}.` });
  return url!;
}
