import type { Config } from '../../../config/config.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import { type Http, HttpFailure, readBody } from '../../../platform/http.ts';
import { defaultEmulatorUrl, parseInstanceUrl } from './hosts.ts';

/** Where the emulator is: AMP_EMULATOR_URL, else the only one this user runs, else the default port. */
export async function findEmulatorUrl(config: Pick<Config, 'env' | 'dataDir'>): Promise<string> {
  const named = config.env.AMP_EMULATOR_URL;
  if (named) return parseInstanceUrl(named);
  const { findEmulators } = await import('../emulator/running.ts');
  const running = await findEmulators(config.dataDir);
  return running.length === 1 ? running[0]!.url : defaultEmulatorUrl;
}

/** The throw-away app and user of a running emulator, from its admin endpoint. */
export interface EmulatorCredentials {
  clientId: string;
  clientSecret: string;
  username: string;
  password: string;
  securityToken: string;
}

const timeoutMs = 5_000;

/** Throws `org-not-connected` with the command that starts one when no emulator answers at `url` (loopback, checked by the caller). */
export async function fetchEmulatorCredentials(
  http: Http,
  url: string,
  signal?: AbortSignal,
): Promise<EmulatorCredentials> {
  const notRunning = (cause?: unknown) =>
    new AmpError({
      code: 'org-not-connected',
      message: `No amp emulator answers at ${url}.`,
      hint: 'Start one: amp emulator start. Its address can be given as AMP_EMULATOR_URL.',
      cause,
    });
  if (!/^http:\/\/(?:localhost|127\.|\[::1\])/.test(url)) throw notRunning();
  try {
    const answer = await http.send({
      method: 'GET',
      url: new URL('/__emulator/credentials', url),
      headers: { accept: 'application/json' },
      signal,
      headersTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
    });
    const body = JSON.parse((await readBody(answer.body, 64 * 1024)).toString('utf8')) as EmulatorCredentials;
    if (answer.status !== 200 || typeof body?.clientId !== 'string') throw notRunning();
    return body;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof HttpFailure || error instanceof SyntaxError) throw notRunning(error);
    throw error;
  }
}
