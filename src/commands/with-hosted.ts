import type { Context } from '../cli/context.ts';
import type { HostedApi } from '../environments/hosted/hosted-api.ts';

/** Opens the hosted project of `-p` for as long as `work` takes. Throws `usage` without one, `hosted-key-missing`. */
export async function withHosted<Result>(context: Context, work: (api: HostedApi) => Promise<Result>): Promise<Result> {
  const { openHostedApi } = await import('../environments/hosted/open-api.ts');
  const { api, close } = await openHostedApi(context);
  try {
    return await work(api);
  } finally {
    close();
  }
}

/** The same for calls that belong to no project. */
export async function withKey<Result>(context: Context, work: (api: HostedApi) => Promise<Result>): Promise<Result> {
  const { openApi } = await import('../environments/hosted/open-api.ts');
  const { loadApiKey } = await import('../environments/hosted/api-key.ts');
  const { api, close } = openApi(context, await loadApiKey(context.config));
  try {
    return await work(api);
  } finally {
    close();
  }
}
