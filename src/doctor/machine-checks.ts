import { createServer } from 'node:net';
import { type ProxySettings, proxyOf } from '../platform/proxy.ts';
import type { Check, DoctorWorld } from './doctor.ts';

/** Node, TLS settings, and the ports amp listens on. */
export async function checkMachine(world: DoctorWorld): Promise<Check[]> {
  return [
    checkNode(process.versions.node),
    checkTls(world.config.env),
    await checkPort('port-callback', 1717, 'amp org login', 'use --port with another callback address of the app'),
    await checkPort('port-runtime', 4400, 'amp run', 'use amp run --listen 127.0.0.1:<port> or --socket'),
  ];
}

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fine = major > 20 || (major === 20 && minor >= 19);
  return fine
    ? { id: 'node-version', result: 'ok', message: `Node ${version}.` }
    : {
        id: 'node-version',
        result: 'failed',
        message: `Node ${version} is too old.`,
        fix: 'Install Node 20.19 or newer.',
      };
}

/** Settings that change whom we talk to. */
export function checkTls(env: Readonly<Record<string, string | undefined>>): Check {
  const id = 'proxy-and-tls';
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    return {
      id,
      result: 'failed',
      message: 'NODE_TLS_REJECT_UNAUTHORIZED=0: certificates are not checked, so tokens can be read on the way.',
      fix: 'Unset it; name the certificate authority of your proxy with NODE_EXTRA_CA_CERTS.',
    };
  }
  let proxy: ProxySettings | undefined;
  try {
    proxy = proxyOf(env);
  } catch (error) {
    return {
      id,
      result: 'failed',
      message: (error as Error).message,
      fix: 'Set HTTPS_PROXY=http://host:port, or unset it.',
    };
  }
  const more = env.NODE_EXTRA_CA_CERTS ? ' One more certificate authority is trusted.' : '';
  if (proxy) {
    const message = `Orgs are reached through ${proxy.url.host} (HTTPS_PROXY), webhooks directly; certificates are checked.${more}`;
    return { id, result: 'ok', message };
  }
  return { id, result: 'ok', message: `Direct connections, certificates are checked.${more}` };
}

export async function checkPort(id: string, port: number, user: string, otherwise: string): Promise<Check> {
  const taken = await isTaken(port);
  return taken
    ? { id, result: 'warning', message: `Port ${port} is taken; ${user} wants it.`, fix: `Free it, or ${otherwise}.` }
    : { id, result: 'ok', message: `Port ${port} is free for ${user}.` };
}

/** On either loopback: a browser may go to the other one, so the callback wants both. */
async function isTaken(port: number): Promise<boolean> {
  return (await isTakenOn(port, '127.0.0.1')) || isTakenOn(port, '::1');
}

function isTakenOn(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has nobody there either.
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    server.listen(port, host, () => server.close(() => resolve(false)));
  });
}
