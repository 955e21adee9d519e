import { defineCommand } from '../cli/command.ts';

export const logout = defineCommand({
  name: 'logout',
  summary: 'Forget the API key of the hosted platform',
  description: 'The key stays valid; delete it in the dashboard to end it everywhere.',
  examples: ['amp logout'],
  async run(context) {
    const { deleteApiKey } = await import('../environments/hosted/api-key.ts');
    const { hostedUrl } = await import('../environments/hosted/hosts.ts');
    return { host: new URL(hostedUrl('api', context.config)).host, deleted: await deleteApiKey(context.config) };
  },
  view: ({ host, deleted }, { output: { style } }) =>
    deleted ? `${style.good('✓')} The API key for ${host} is deleted here.` : `No API key for ${host} was kept here.`,
});
