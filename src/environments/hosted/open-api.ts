import { randomInt } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import type { Secret } from '../../credentials/secret.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { createHttp } from '../../platform/http.ts';
import { proxyOf } from '../../platform/proxy.ts';
import { loadApiKey } from './api-key.ts';
import { createHostedApi, type HostedApi } from './hosted-api.ts';

export interface HostedContext {
  config: Config;
  clock: Clock;
  signal: AbortSignal;
  output: { debug(line: string): void };
  version: string;
}

/** The API of the project that `-p` names, and how to let go of it. Throws `usage` without a project, `hosted-key-missing`. */
export async function openHostedApi(context: HostedContext): Promise<{ api: HostedApi; close(): void }> {
  const { project } = context.config;
  if (project === undefined) {
    throw new AmpError({
      code: 'usage',
      message: 'This works on a hosted project, and none is named.',
      hint: 'Name it with -p <id-or-name>, or AMP_PROJECT.',
    });
  }
  return openApi(context, await loadApiKey(context.config), project);
}

/** The same for calls that belong to no project. */
export function openApi(context: HostedContext, key: Secret, project = ''): { api: HostedApi; close(): void } {
  const { config, clock, signal, version, output } = context;
  const http = createHttp(proxyOf(config.env));
  const api = createHostedApi({
    config,
    project,
    key,
    http,
    clock,
    signal,
    client: `amp-cli/${version}`,
    debug: (line) => output.debug(line),
    random: () => randomInt(2 ** 32) / 2 ** 32,
  });
  return { api, close: () => void http.close() };
}
