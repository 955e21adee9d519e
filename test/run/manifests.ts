/** A manifest of one integration, `crm`: each read object in one line of YAML, and the objects it subscribes to. */
export function runManifest(reads: readonly string[], subscribed: readonly string[] = []): string {
  return `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
${reads.map((object) => `        - ${object}`).join('\n')}
${subscribed.length > 0 ? '    subscribe:\n      objects:\n' : ''}${subscribed.map(subscribe).join('\n')}
`;
}

/** An object with its id and name, read every ten minutes. */
export const everyTenMinutes = (objectName: string, more = '') =>
  `{objectName: ${objectName}, destination: crmEvents, schedule: "*/10 * * * *", requiredFields: [{fieldName: id}]${more === '' ? '' : `, ${more}`}}`;

export const fullBackfill = 'backfill: {defaultPeriod: {fullHistory: true}}';

const subscribe = (objectName: string) => `        - objectName: ${objectName}
          destination: crmEvents
          inheritFieldsAndMapping: true
          createEvent: {enabled: always}
          updateEvent: {enabled: always, watchFieldsAuto: all}
          deleteEvent: {enabled: always}`;
