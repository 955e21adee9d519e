import type { Context } from '../cli/context.ts';
import { listDestinations, listProviderApps } from '../environments/hosted/lists.ts';
import { openHostedApi } from '../environments/hosted/open-api.ts';
import { findSharedApps } from '../environments/hosted/shared-apps.ts';
import { AmpError } from '../errors/amp-error.ts';
import { catalog } from '../errors/catalog.ts';
import type { ProviderCatalogue, ProviderEntry } from '../manifest/catalogue.ts';
import type { CheckOptions } from '../manifest/rule.ts';
import { openOrgRegistry } from '../orgs/registry.ts';

type ProjectOptions = Pick<CheckOptions, 'providers' | 'knownDestinations' | 'missingDestinations' | 'project'>;

/**
 * Asks a hosted project what manifests are checked against: its destinations, provider apps and the live catalogue. What it does
 * not answer becomes a warning, not a failure; a missing or refused key is one. Throws `hosted-key-…` (exit 4).
 */
export async function askProject(context: Context): Promise<ProjectOptions> {
  const { api, close } = await openHostedApi(context);
  try {
    const [destinations, apps, providers] = await Promise.all([
      answerOf(listDestinations(api)),
      answerOf(listProviderApps(api)),
      answerOf(api.get<unknown>('/providers').then(parseCatalogue)),
    ]);
    const orgs = await openOrgRegistry(context.config.configDir).list();
    const shared = 'value' in apps ? await answerOf(findSharedApps(api, apps.value, orgs)) : undefined;
    return {
      missingDestinations: 'refuse',
      ...('value' in destinations
        ? { knownDestinations: destinations.value.map((destination) => destination.name) }
        : {}),
      ...('value' in providers ? { providers: providers.value } : {}),
      project: {
        ...('value' in apps ? { providerApps: apps.value.flatMap((app) => app.provider ?? []) } : {}),
        ...(shared && 'value' in shared ? { sharedApps: shared.value } : {}),
        failures: {
          ...('failure' in destinations ? { destinations: destinations.failure } : {}),
          ...('failure' in apps ? { providerApps: apps.failure } : {}),
          ...(shared && 'failure' in shared ? { providerApps: shared.failure } : {}),
          ...('failure' in providers ? { catalogue: providers.failure } : {}),
        },
      },
    };
  } finally {
    close();
  }
}

async function answerOf<Value>(asked: Promise<Value>): Promise<{ value: Value } | { failure: string }> {
  try {
    return { value: await asked };
  } catch (error) {
    const mustStop = error instanceof AmpError && ['signIn', 'interrupted'].includes(catalog[error.code]?.exit ?? '');
    if (mustStop || !(error instanceof AmpError)) throw error;
    return { failure: error.message };
  }
}

type RawProvider = {
  name?: unknown;
  modules?: Record<string, { support?: Record<string, unknown> }> | null;
  support?: Record<string, unknown> | null;
  oauth2Opts?: { grantType?: string } | null;
};

/** `GET /providers`: a list of providers, or a map by name. Flags that are no booleans are left out. */
export function parseCatalogue(body: unknown): ProviderCatalogue {
  const entries: [string, RawProvider][] = Array.isArray(body)
    ? body.map((raw: RawProvider) => [String(raw?.name ?? ''), raw])
    : Object.entries((body ?? {}) as Record<string, RawProvider>);
  const providers = new Map(
    entries.filter(([name, raw]) => name !== '' && raw !== null).map(([name, raw]) => [name, entryOf(raw)]),
  );
  if (providers.size === 0) {
    throw new AmpError({ code: 'hosted-answer-invalid', message: 'The list of providers is empty' });
  }
  return { source: 'live', providers };
}

function entryOf(raw: RawProvider): ProviderEntry {
  const modules = Object.entries(raw.modules ?? {});
  return {
    ...(modules.length > 0 ? { modules: modules.map(([name]) => name) } : {}),
    support: flagsOf(raw.support),
    moduleSupport: Object.fromEntries(modules.map(([name, module]) => [name, flagsOf(module?.support)])),
    needsApp:
      raw.oauth2Opts?.grantType === 'authorizationCode' || raw.oauth2Opts?.grantType === 'authorizationCodePKCE',
  };
}

function flagsOf(support: Record<string, unknown> | null | undefined): NonNullable<ProviderEntry['support']> {
  const flags = Object.entries(support ?? {}).filter(([, value]) => typeof value === 'boolean');
  return Object.fromEntries(flags);
}
