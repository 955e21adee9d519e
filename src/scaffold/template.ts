/** What a new manifest contains. Pure: names in, text out. Every template must pass `amp validate --strict`. */
export const templateNames = ['crm', 'read-only', 'minimal'] as const;
export type TemplateName = (typeof templateNames)[number];

export const templateSummaries: Record<TemplateName, string> = {
  crm: 'Accounts and opportunities both ways, contacts read-only',
  'read-only': 'Accounts, contacts and opportunities in, nothing out',
  minimal: 'One object, to grow from',
};

interface ObjectTemplate {
  name: string;
  /** Field → the name it is delivered under, when another. */
  fields: [field: string, mapToName?: string][];
}

/** The three objects of a CRM by the provider's own names. */
interface ProviderTemplate {
  company: ObjectTemplate;
  person: ObjectTemplate;
  deal: ObjectTemplate;
}

const providers: Record<string, ProviderTemplate> = {
  salesforce: {
    company: { name: 'account', fields: [['name'], ['website'], ['industry'], ["$['Owner']['Email']", 'ownerEmail']] },
    person: {
      name: 'contact',
      fields: [['firstname', 'firstName'], ['lastname', 'lastName'], ['email'], ['accountid', 'accountId']],
    },
    deal: { name: 'opportunity', fields: [['name'], ['stagename', 'stage'], ['amount'], ['closedate', 'closeDate']] },
  },
  hubspot: {
    company: { name: 'companies', fields: [['name'], ['domain'], ['industry']] },
    person: { name: 'contacts', fields: [['firstname', 'firstName'], ['lastname', 'lastName'], ['email']] },
    deal: {
      name: 'deals',
      fields: [['dealname', 'name'], ['dealstage', 'stage'], ['amount'], ['closedate', 'closeDate']],
    },
  },
};

export const templateProviders = Object.keys(providers);

export interface TemplateInput {
  provider: string;
  template: TemplateName;
  /** Integration name. */
  name: string;
  destination: string;
  /** Where the JSON Schema lies, as the modeline names it. */
  schemaPath: string;
}

/** The text of a new amp.yaml. `provider` must be one of `templateProviders`. */
export function renderTemplate(input: TemplateInput): string {
  const objects = providers[input.provider]!;
  return [
    `# yaml-language-server: $schema=${input.schemaPath}`,
    `# What "${input.name}" does with a customer's ${labelOf(input.provider)}. Check it with amp validate, ship it with amp deploy.`,
    'specVersion: 1.0.0',
    'integrations:',
    `  - name: ${input.name}`,
    `    displayName: ${labelOf(input.provider)}`,
    `    provider: ${input.provider}`,
    ...blocks(objects, input),
    '',
  ].join('\n');
}

function labelOf(provider: string): string {
  return provider === 'hubspot' ? 'HubSpot' : 'Salesforce';
}

function blocks(objects: ProviderTemplate, input: TemplateInput): string[] {
  const { company, person, deal } = objects;
  if (input.template === 'minimal') return readBlock([company], input.destination, true);
  const read = readBlock([company, deal, person], input.destination, false);
  if (input.template === 'read-only') return [...read, ...watchBlock(input.destination)];
  return [...read, ...writeBlock([company, deal]), ...watchBlock(input.destination)];
}

function readBlock(objects: readonly ObjectTemplate[], destination: string, isShort: boolean): string[] {
  const lines = [
    '',
    `    # Results go to the destination "${destination}": amp destinations add ${destination} --url <url>`,
    '    read:',
    '      objects:',
  ];
  for (const [index, object] of objects.entries()) {
    if (index > 0) lines.push('');
    lines.push(...readObject(object, destination, index === 0 && !isShort));
  }
  return lines;
}

function readObject(object: ObjectTemplate, destination: string, isExplained: boolean): string[] {
  return [
    `        - objectName: ${object.name}`,
    `          destination: ${destination}`,
    `          schedule: "*/15 * * * *"${isExplained ? ' # every 15 minutes, in UTC' : ''}`,
    ...(isExplained ? ['          # History sent when a customer installs; fullHistory: true sends everything.'] : []),
    '          backfill:',
    '            defaultPeriod:',
    '              days: 90',
    '          requiredFields:',
    ...object.fields.flatMap(([field, mapToName]) => [
      `            - fieldName: ${field}`,
      ...(mapToName === undefined ? [] : [`              mapToName: ${mapToName}`]),
    ]),
    ...(isExplained ? ['          # Customers may add any other field, custom ones too.'] : []),
    '          optionalFieldsAuto: all',
  ];
}

function writeBlock(objects: readonly ObjectTemplate[]): string[] {
  return [
    '',
    '    # Your product writes these, under the names given above.',
    '    write:',
    '      objects:',
    ...objects.flatMap((object) => [
      `        - objectName: ${object.name}`,
      // A field of a related record cannot be written, so an object that maps one keeps the provider's names.
      ...(object.fields.some(([field]) => field.startsWith('$')) ? [] : ['          inheritMapping: true']),
    ]),
  ];
}

function watchBlock(destination: string): string[] {
  return [
    '',
    '    # Once a day: fields that customers removed or changed.',
    '    watchSchema:',
    `      destination: ${destination}`,
    '      allObjects:',
    '        fieldDeleted:',
    '          enabled: always',
    '        fieldChanged:',
    '          enabled: always',
  ];
}
