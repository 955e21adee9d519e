import { defineCommand } from '../../cli/command.ts';

export const describe = defineCommand({
  name: 'describe',
  summary: 'Show objects, or the fields of one object',
  args: [{ name: 'object', summary: 'API name, such as Account or Invoice__c' }],
  flags: {
    org: { type: 'string', short: 'o', placeholder: 'alias', summary: 'Connected org (default: the default org)' },
    custom: { type: 'boolean', summary: 'Only custom objects or fields' },
  },
  examples: [
    'amp org describe',
    'amp org describe --custom',
    'amp org describe Opportunity',
    'amp org describe Account --json',
  ],
  async run(context, { args, flags }) {
    const { openOrg } = await import('../../providers/open-org.ts');
    const { createDescriber } = await import('../../providers/salesforce/describe/describer.ts');
    const { org, client } = await openOrg(context, flags.org);
    const inMemory = org.credentialStore === 'environment';
    const cacheDir = inMemory ? undefined : context.config.cacheDir;
    const describer = createDescriber({ client, org, clock: context.clock, cacheDir });
    const wanted = (entry: { custom: boolean }) => !flags.custom || entry.custom;
    if (args.object === undefined) {
      return { alias: org.alias, objects: (await describer.objects()).filter(wanted) };
    }
    const object = await describer.object(args.object);
    return { alias: org.alias, object: { ...object, fields: object.fields.filter(wanted) } };
  },
  json: (result) => ('object' in result ? result.object : result),
  async view(result, context) {
    const { renderObject, renderObjects } = await import('../../views/describe.ts');
    const { style, width } = context.output;
    return 'object' in result ? renderObject(result.object!, style, width) : renderObjects(result.objects!, style);
  },
});
