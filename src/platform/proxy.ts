import { AmpError } from '../errors/amp-error.ts';

/** The way out of this network, from `HTTPS_PROXY` and `NO_PROXY`. */
export interface ProxySettings {
  /** `http://[user:password@]host:port`. */
  url: URL;
  /** Hosts that are reached directly, as `NO_PROXY` lists them; loopback is always among them. */
  exceptions: string;
}

const loopback = 'localhost,127.0.0.1,[::1],::1';

/**
 * Undefined when no proxy is named. Only https goes through one: http is for this machine alone. Throws `usage` for a value
 * that is no address.
 */
export function proxyOf(env: Readonly<Record<string, string | undefined>>): ProxySettings | undefined {
  const given = (env.https_proxy ?? env.HTTPS_PROXY)?.trim();
  if (!given) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new AmpError({
      code: 'usage',
      message: 'HTTPS_PROXY is not the address of a proxy.',
      hint: 'Write it as http://proxy.example.com:3128.',
    });
  }
  const more = (env.no_proxy ?? env.NO_PROXY ?? '').trim();
  return { url, exceptions: more === '' ? loopback : `${more},${loopback}` };
}

/** Whether `url` is reached through the proxy. Entries are hosts, `.domain` or `*.domain`, each with an optional port, or `*`. */
export function goesThroughProxy(url: URL, { exceptions }: ProxySettings): boolean {
  if (url.protocol !== 'https:') return false;
  const host = url.hostname.toLowerCase();
  const port = url.port || '443';
  return !exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry.startsWith('::') ? `[${entry}]` : entry)!;
      if (wantedPort !== undefined && wantedPort !== port) return false;
      const bare = name.replace(/^\*?\./, '');
      return host === bare || host.endsWith(`.${bare}`);
    });
}
