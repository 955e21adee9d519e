import type { Context } from '../../../cli/context.ts';
import { chooseCredentialStore } from '../../../credentials/policy.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import { openOrgRegistry } from '../../../orgs/registry.ts';
import { createHttp } from '../../../platform/http.ts';
import { proxyOf } from '../../../platform/proxy.ts';
import { fetchEmulatorCredentials, findEmulatorUrl } from './emulator-credentials.ts';
import { readKeyFile, tokenLifetimeMs } from './environment-sign-in.ts';
import { parseInstanceUrl, productionLogin, sandboxLogin } from './hosts.ts';
import { saveSignIn } from './save-sign-in.ts';
import { type Proof, signIn } from './sign-in.ts';

export interface LoginFlags {
  alias?: string;
  sandbox?: boolean;
  'instance-url'?: string;
  emulator?: boolean;
  flow?: string;
  'client-id'?: string;
  'client-secret'?: string;
  username?: string;
  password?: string;
  'jwt-key-file'?: string;
  port?: number;
  'no-browser'?: boolean;
  timeout?: number;
}

export interface LoggedIn extends OrgRecord {
  default: boolean;
  displayName?: string;
}

const flows = ['web', 'jwt', 'client-credentials', 'password', 'access-token'] as const;
type Flow = (typeof flows)[number];

/** `amp org login`: asks for what the flags leave open, signs in, keeps it. Throws `usage`, `org-…`, `credential-…`. */
export async function signInFromCommandLine(context: Context, flags: LoginFlags): Promise<LoggedIn> {
  const { config, output, clock } = context;
  const flow = checkFlow(flags);
  refuseSecretsInArgv(flags);
  checkAlias(flags.alias);
  // Before anybody types a password: is there a place to keep what comes of it?
  const credentials = await chooseCredentialStore(config);
  const http = createHttp(proxyOf(config.env));
  const registry = openOrgRegistry(config.configDir);
  const proof = await gatherProof(context, flags, flow, http);
  const signedIn = await signIn(proof, {
    http,
    clock,
    signal: context.signal,
    tokenLifetimeMs: tokenLifetimeMs(config.env),
    ...(config.debug ? { trace: (line: string) => output.debug(line) } : {}),
  });
  const org = await saveSignIn(signedIn, { credentials, registry, configDir: config.configDir }, flags.alias);
  if (org.credentialStore === 'memory') {
    output.warning('AMP_CREDENTIAL_STORE=memory: this sign-in ends with this process.');
  }
  return {
    ...org,
    default: (await registry.default())?.id === org.id,
    ...(signedIn.displayName === undefined ? {} : { displayName: signedIn.displayName }),
  };
}

function checkFlow(flags: LoginFlags): Flow {
  const where = [
    flags.sandbox && '--sandbox',
    flags['instance-url'] && '--instance-url',
    flags.emulator && '--emulator',
  ];
  const given = where.filter(Boolean);
  if (given.length > 1) {
    throw new AmpError({ code: 'usage', message: `${given.join(' and ')} name different places; give one.` });
  }
  if (flags.flow === 'device') {
    throw new AmpError({
      code: 'org-flow-unsupported',
      message:
        'The device flow is not offered: since September 2025 Salesforce blocks it for apps an org has not installed.',
      hint: 'Use --flow web --no-browser on a machine without a browser, or --flow jwt for unattended ones.',
    });
  }
  const flow = flags.flow ?? (flags.emulator ? 'client-credentials' : flags['jwt-key-file'] ? 'jwt' : 'web');
  if ((flows as readonly string[]).includes(flow)) return flow as Flow;
  throw new AmpError({ code: 'usage', message: `"${flow}" is not a flow; it can be ${flows.join(', ')}.` });
}

function refuseSecretsInArgv(flags: LoginFlags): void {
  for (const name of ['client-secret', 'password'] as const) {
    if (flags[name] === undefined || flags[name] === '-') continue;
    throw new AmpError({
      code: 'usage',
      message: `--${name} takes only "-": a value in the command line can be read by every user of this computer.`,
      hint: `Give it on stdin (--${name} -), at the prompt, or as AMP_ORG_${name.toUpperCase().replace('-', '_')}.`,
    });
  }
}

/** Aliases are typed in shells and shown in tables. */
function checkAlias(alias: string | undefined): void {
  if (alias === undefined || /^[\w.@+-]{1,80}$/.test(alias)) return;
  throw new AmpError({ code: 'usage', message: 'An alias has 1 to 80 letters, digits or any of . _ @ + -.' });
}

async function gatherProof(
  context: Context,
  flags: LoginFlags,
  flow: Flow,
  http: ReturnType<typeof createHttp>,
): Promise<Proof> {
  const { env } = context.config;
  const emulatorUrl = flags.emulator ? await findEmulatorUrl(context.config) : undefined;
  const emulator = emulatorUrl ? await fetchEmulatorCredentials(http, emulatorUrl, context.signal) : undefined;
  const instance = flags['instance-url'] ?? (flags.sandbox ? undefined : env.AMP_ORG_INSTANCE_URL || undefined);
  const loginUrl =
    emulatorUrl ??
    (instance !== undefined ? parseInstanceUrl(instance) : flags.sandbox ? sandboxLogin : productionLogin);

  const { prompt } = context;
  const lines = stdinLines(context);
  const clientId = async () =>
    flags['client-id'] ??
    (env.AMP_ORG_CLIENT_ID || undefined) ??
    emulator?.clientId ??
    (await prompt.text('Client id (consumer key) of your app', { flag: '--client-id' }));
  const optionalSecret = async () =>
    flags['client-secret'] === '-'
      ? lines('the client secret')
      : env.AMP_ORG_CLIENT_SECRET || (flags['client-id'] ? undefined : emulator?.clientSecret);
  const clientSecret = async () =>
    (await optionalSecret()) ?? (await prompt.secret('Client secret', { flag: '--client-secret -' }));
  const username = async () =>
    flags.username ??
    (env.AMP_ORG_USERNAME || undefined) ??
    emulator?.username ??
    (await prompt.text('Username', { flag: '--username' }));

  switch (flow) {
    case 'web': {
      const { signInWithBrowser } = await import('./web.ts');
      const app = { clientId: await clientId(), clientSecret: await optionalSecret() };
      return { flow, loginUrl, ...app, answer: await signInWithBrowser(context, http, { ...app, loginUrl, ...flags }) };
    }
    case 'client-credentials': {
      if (loginUrl === productionLogin || loginUrl === sandboxLogin) {
        throw new AmpError({
          code: 'usage',
          message: 'Client credentials work only on the My Domain of an org.',
          hint: 'Give --instance-url https://<name>.my.salesforce.com.',
        });
      }
      return { flow, loginUrl, clientId: await clientId(), clientSecret: await clientSecret() };
    }
    case 'jwt': {
      const file = flags['jwt-key-file'] ?? (env.AMP_ORG_JWT_KEY_FILE || undefined);
      const inline = flags['jwt-key-file'] ? undefined : env.AMP_ORG_JWT_KEY || undefined;
      if (!file && !inline) {
        throw new AmpError({
          code: 'usage',
          message: 'The jwt flow needs the private key of the app.',
          hint: 'Give --jwt-key-file <pem>, or AMP_ORG_JWT_KEY.',
        });
      }
      const privateKey = inline ?? (await readKeyFile(file!));
      return { flow, loginUrl, clientId: await clientId(), username: await username(), privateKey };
    }
    case 'password': {
      context.output.warning(
        'The username-password flow is legacy: it skips multi-factor authentication and Salesforce is retiring it. Prefer --flow web, or jwt for unattended machines.',
      );
      const who = { clientId: await clientId(), clientSecret: await clientSecret(), username: await username() };
      const given =
        flags.password === '-'
          ? await lines('the password')
          : ((env.AMP_ORG_PASSWORD || undefined) ?? emulatorPassword(flags, emulator));
      const password = given ?? (await prompt.secret('Password + security token', { flag: '--password -' }));
      return { flow, loginUrl, ...who, password: password + (env.AMP_ORG_SECURITY_TOKEN ?? '') };
    }
    case 'access-token': {
      if (loginUrl === productionLogin || loginUrl === sandboxLogin) {
        throw new AmpError({
          code: 'usage',
          message: 'An access token says nothing of where it is valid.',
          hint: 'Give --instance-url https://<name>.my.salesforce.com.',
        });
      }
      const accessToken =
        (env.AMP_ORG_ACCESS_TOKEN || undefined) ??
        (prompt.available
          ? await prompt.secret('Access token', { flag: 'AMP_ORG_ACCESS_TOKEN or stdin' })
          : await lines('the access token'));
      return { flow, instanceUrl: loginUrl, accessToken };
    }
  }
}

function emulatorPassword(
  flags: LoginFlags,
  emulator: Awaited<ReturnType<typeof fetchEmulatorCredentials>> | undefined,
): string | undefined {
  if (!emulator || flags.username) return undefined;
  return emulator.password + emulator.securityToken;
}

/** Stdin line by line, one for each secret that is asked for. */
function stdinLines(context: Context): (what: string) => Promise<string> {
  let rest: string[] | undefined;
  return async (what) => {
    rest ??= (await context.stdin()).toString('utf8').split(/\r?\n/);
    const line = rest.shift()?.trim();
    if (line) return line;
    throw new AmpError({ code: 'usage', message: `Stdin ended before ${what}.` });
  };
}
