import type { Context } from '../cli/context.ts';
import type { CredentialStore } from '../credentials/credential-store.ts';
import { readEnvironmentSignIn } from '../credentials/environment.ts';
import { openCredentialStore } from '../credentials/policy.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { OrgRecord } from '../orgs/org.ts';
import { createMemoryRegistry, type OrgRegistry, openOrgRegistry } from '../orgs/registry.ts';
import type { Output } from '../output/output.ts';
import type { ConnectOptions } from './salesforce/connect.ts';
import type { SalesforceClient } from './salesforce/rest/client.ts';

/** An org ready to be asked, and where its record and secrets are. */
export interface OpenOrg {
  org: OrgRecord;
  client: SalesforceClient;
  registry: OrgRegistry;
  credentials: CredentialStore;
}

type Hooks = Pick<ConnectOptions, 'onNeedsReauth' | 'onRenewed' | 'onUsageAlert' | 'renewalAttempts'>;

/** What opening an org takes of the world: its warnings go to `output`. */
export type OrgWorld = Pick<Context, 'config' | 'clock' | 'signal'> & { output: Pick<Output, 'warning' | 'debug'> };

/**
 * The org a command talks to: `name` (alias, username or id), else AMP_ORG, else the sign-in of AMP_ORG_… variables, else the
 * default org. Contacts nobody, but for a sign-in from the environment. Throws `org-not-connected` (exit 4).
 */
export async function openOrg(context: OrgWorld, name?: string, hooks: Hooks = {}): Promise<OpenOrg> {
  const { config } = context;
  const wanted = name ?? (config.env.AMP_ORG || undefined);
  if (wanted === undefined) {
    const proof = readEnvironmentSignIn(config.env);
    if (proof) return openEnvironmentOrg(context, proof, hooks);
  }
  const registry = openOrgRegistry(config.configDir);
  const org = await findOrg(registry, wanted);
  const credentials = openCredentialStore(org.credentialStore, config);
  const client = await connect(context, { org, credentials, registry, configDir: config.configDir, ...hooks });
  return { org, client, registry, credentials };
}

/** The record alone, without touching secrets. Throws `org-not-connected`. */
export async function findOrg(registry: OrgRegistry, name: string | undefined): Promise<OrgRecord> {
  const org = name === undefined ? await registry.default() : await registry.find(name);
  if (org) return org;
  const known = (await registry.list()).map((other) => other.alias);
  throw new AmpError({
    code: 'org-not-connected',
    message:
      name !== undefined
        ? `No org is connected as "${name}".`
        : known.length > 0
          ? `${known.length} orgs are connected and none is the default: ${known.join(', ')}.`
          : 'No Salesforce org is connected.',
    hint:
      name === undefined && known.length > 0
        ? 'Choose one with amp org use <alias>, or name it with --org.'
        : `Run: amp org login${name === undefined ? '' : ` --alias ${name}`}${known.length > 0 ? `. Connected: ${known.join(', ')}.` : ' (amp org login --emulator for the offline org)'}`,
  });
}

async function openEnvironmentOrg(
  context: OrgWorld,
  proof: NonNullable<ReturnType<typeof readEnvironmentSignIn>>,
  hooks: Hooks,
): Promise<OpenOrg> {
  const { signInFromEnvironment } = await import('./salesforce/auth/environment-sign-in.ts');
  const credentials = openCredentialStore('environment', context.config);
  const { org, tokens } = await signInFromEnvironment(proof, credentials, context);
  const registry = createMemoryRegistry([org]);
  const client = await connect(context, { org, credentials, registry, tokens, ...hooks });
  return { org, client, registry, credentials };
}

async function connect(
  context: OrgWorld,
  options: Omit<ConnectOptions, 'clock' | 'trace' | 'warn'>,
): Promise<SalesforceClient> {
  const { connectSalesforce } = await import('./salesforce/connect.ts');
  const { output, config, clock } = context;
  const concurrency = Number(config.env.AMP_MAX_CONCURRENT_REQUESTS);
  const attempts = Number(config.env.AMP_SIGN_IN_ATTEMPTS);
  return connectSalesforce({
    clock,
    env: config.env,
    signal: context.signal,
    warn: (message) => output.warning(message),
    onUsageAlert: (org, usage) =>
      output.warning(
        `${org.alias} has used ${Math.round((100 * usage.used) / usage.max)} % of its API calls (${usage.used} of ${usage.max}).`,
      ),
    ...(config.debug ? { trace: (line: string) => output.debug(line) } : {}),
    ...(concurrency >= 1 ? { maxConcurrentRequests: concurrency } : {}),
    ...(attempts >= 1 ? { renewalAttempts: attempts } : {}),
    ...options,
  });
}
