import type { Config } from '../config/config.ts';
import { AmpError } from '../errors/amp-error.ts';
import { Secret } from './secret.ts';

/** A whole sign-in given in `AMP_ORG_…` variables, for CI: used for this run, written nowhere. */
export type EnvironmentSignIn =
  | { flow: 'access-token'; instanceUrl: string; accessToken: Secret }
  | { flow: 'client-credentials'; instanceUrl: string; clientId: string; clientSecret: Secret }
  | { flow: 'jwt'; instanceUrl: string | undefined; clientId: string; username: string; key: Secret | { file: string } }
  | {
      flow: 'password';
      instanceUrl: string | undefined;
      clientId: string;
      clientSecret: Secret;
      username: string;
      password: Secret;
    };

/**
 * The sign-in of the environment, if it holds one. Throws `credential-environment-incomplete` for half of one and
 * `credential-refresh-token-unstorable` for a refresh token: rotation burns it at first use, and there is nowhere to keep the next.
 */
export function readEnvironmentSignIn(env: Config['env']): EnvironmentSignIn | undefined {
  const value = (name: string) => env[`AMP_ORG_${name}`] || undefined;
  const secret = (name: string) => (value(name) === undefined ? undefined : new Secret(value(name)!));
  if (value('REFRESH_TOKEN')) {
    throw new AmpError({
      code: 'credential-refresh-token-unstorable',
      message:
        'AMP_ORG_REFRESH_TOKEN is set, but a refresh token works once and its successor cannot be kept in a variable.',
    });
  }
  const instanceUrl = value('INSTANCE_URL');
  const clientId = value('CLIENT_ID');
  const username = value('USERNAME');
  const clientSecret = secret('CLIENT_SECRET');
  const accessToken = secret('ACCESS_TOKEN');
  const password = secret('PASSWORD');
  const keyFile = value('JWT_KEY_FILE');
  const key = secret('JWT_KEY') ?? (keyFile === undefined ? undefined : { file: keyFile });

  if (accessToken) {
    return {
      flow: 'access-token',
      accessToken,
      instanceUrl: need(instanceUrl, 'AMP_ORG_ACCESS_TOKEN', 'INSTANCE_URL'),
    };
  }
  if (key) {
    return {
      flow: 'jwt',
      key,
      instanceUrl,
      clientId: need(clientId, 'AMP_ORG_JWT_KEY', 'CLIENT_ID'),
      username: need(username, 'AMP_ORG_JWT_KEY', 'USERNAME'),
    };
  }
  if (password) {
    const token = value('SECURITY_TOKEN') ?? '';
    return {
      flow: 'password',
      instanceUrl,
      password: token ? new Secret(password.reveal() + token) : password,
      clientId: need(clientId, 'AMP_ORG_PASSWORD', 'CLIENT_ID'),
      clientSecret: need(clientSecret, 'AMP_ORG_PASSWORD', 'CLIENT_SECRET'),
      username: need(username, 'AMP_ORG_PASSWORD', 'USERNAME'),
    };
  }
  if (clientSecret) {
    return {
      flow: 'client-credentials',
      clientSecret,
      clientId: need(clientId, 'AMP_ORG_CLIENT_SECRET', 'CLIENT_ID'),
      instanceUrl: need(instanceUrl, 'AMP_ORG_CLIENT_SECRET', 'INSTANCE_URL'),
    };
  }
  return undefined;
}

function need<Value>(value: Value | undefined, because: string, name: string): Value {
  if (value !== undefined) return value;
  throw new AmpError({
    code: 'credential-environment-incomplete',
    message: `${because} is set, so AMP_ORG_${name} is needed too.`,
  });
}
