import { defineCommand } from '../cli/command.ts';
import type { HostedApi } from '../environments/hosted/hosted-api.ts';
import type { AmpError } from '../errors/amp-error.ts';

export const login = defineCommand({
  name: 'login',
  summary: 'Keep the API key of the hosted platform in the keychain',
  description:
    'The key is typed at a hidden prompt, or read from stdin. Make one in the dashboard under API keys. For CI set AMP_API_KEY instead.',
  examples: ['amp login', 'amp login < key.txt'],
  async run(context) {
    const { AmpError } = await import('../errors/amp-error.ts');
    const { Secret } = await import('../credentials/secret.ts');
    const { saveApiKey } = await import('../environments/hosted/api-key.ts');
    const { openApi } = await import('../environments/hosted/open-api.ts');
    const { listOf } = await import('../environments/hosted/hosted-environment.ts');
    const { hostedUrl } = await import('../environments/hosted/hosts.ts');
    const { config, prompt } = context;
    const typed =
      config.apiKey ??
      (prompt.available
        ? await prompt.secret('API key:', { flag: 'AMP_API_KEY' })
        : (await context.stdin()).toString('utf8'));
    const text = typed.trim();
    if (text === '') {
      throw new AmpError({ code: 'usage', message: 'No API key was given.', hint: 'Pipe it in: amp login < key.txt' });
    }
    const key = new Secret(text);
    const { api, close } = openApi(context, key);
    try {
      const projects = listOf<{ id: string; name?: string }>(await projectsOf(api), 'projects');
      const credentialStore = await saveApiKey(config, key);
      return {
        host: new URL(hostedUrl('api', config)).host,
        credentialStore,
        projects: projects.map(({ id, name }) => ({ id, ...(name !== undefined && { name }) })),
      };
    } finally {
      close();
    }
  },
  view({ host, credentialStore, projects }, { output: { style } }) {
    const where = credentialStore === 'keychain' ? 'the keychain' : `the ${credentialStore} store`;
    const names = projects.map((project) => project.name ?? project.id).join(', ');
    return [
      `${style.good('✓')} The API key for ${host} is in ${where}.`,
      ...(names ? [`It opens ${names}: amp diff -p ${projects[0]!.name ?? projects[0]!.id}`] : []),
    ].join('\n');
  },
});

/** A key may be good for one project only and be refused the list; a wrong key is refused with 401 either way. */
async function projectsOf(api: HostedApi): Promise<unknown> {
  try {
    return await api.get('/projects');
  } catch (error) {
    if ((error as AmpError).details?.status === 403) return [];
    throw error;
  }
}
