import { AmpError } from '../../errors/amp-error.ts';

export interface ListenAddress {
  host: '127.0.0.1' | '::1';
  port: number;
}

/** `127.0.0.1:4400`, `localhost:4400`, `[::1]:4400` or a port alone. Throws `api-listen-refused` for addresses others can reach, `usage`. */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:(\[[0-9a-f:.]+\]|[^:[\]]*):)?(\d{1,5})$/i.exec(text.trim());
  const port = Number(match?.[2]);
  if (!match || port > 65_535) {
    throw new AmpError({ code: 'usage', message: `"${text}" is not an address such as 127.0.0.1:4400.` });
  }
  const host = (match[1] ?? '127.0.0.1').toLowerCase();
  if (host === '127.0.0.1' || host === 'localhost') return { host: '127.0.0.1', port };
  if (host === '[::1]') return { host: '::1', port };
  throw new AmpError({
    code: 'api-listen-refused',
    message: `${host || 'Every address'} can be reached from other computers; the API listens on this one only.`,
  });
}

/** `http://127.0.0.1:4400`; undefined when any free port will do. */
export function urlOf({ host, port }: ListenAddress): string | undefined {
  return port === 0 ? undefined : `http://${host === '::1' ? '[::1]' : host}:${port}`;
}

/** The Host headers that name the listener, each exactly. */
export function hostsOf(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
}
