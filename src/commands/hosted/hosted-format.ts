/** `-f json|yaml` of the hosted platform's first command line; without it, a table. */
export const hostedFormat = {
  format: { type: 'string', short: 'f', choices: ['json', 'yaml'], summary: 'Print the list as json or yaml' },
} as const;

export async function viewHosted(
  list: unknown,
  format: 'json' | 'yaml' | undefined,
  text: () => string,
): Promise<string> {
  if (format === 'json') return JSON.stringify(list, null, 2);
  if (format === 'yaml') return (await import('../../views/hosted/yaml.ts')).renderYaml(list);
  return text();
}
