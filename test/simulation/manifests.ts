import type { Manifest, ReadObject } from '../../src/manifest/manifest.ts';
import { readObject } from '../read/read-world.ts';

const account = (schedule: string, fields: string[]): ReadObject =>
  readObject('account', fields, { destination: 'crm', schedule, backfill: { fullHistory: true } });
const contact = (schedule: string, fields: (string | [string, string])[]): ReadObject =>
  readObject('contact', fields, { destination: 'crm', schedule, mapToName: 'person', backfill: { fullHistory: true } });

const manifestOf = (objects: ReadObject[], follows: boolean): Manifest => ({
  specVersion: '1.0.0',
  integrations: [
    {
      name: 'crm',
      provider: 'salesforce',
      read: { objects },
      ...(follows && {
        subscribe: {
          objects: [
            {
              objectName: 'account',
              destination: 'crm',
              inheritFieldsAndMapping: true,
              createEvent: true,
              deleteEvent: true,
              updateEvent: { watch: 'all' as const },
              otherEvents: ['UNDELETE'],
            },
          ],
        },
      }),
      write: { objects: [{ objectName: 'account', inheritMapping: false }] },
      watchSchema: {
        destination: 'crm',
        schedule: '0 3 */3 * *',
        fieldCreated: true,
        fieldDeleted: true,
        fieldChanged: true,
      },
    },
  ],
});

/** What the project deploys, one after the other and back again. Every one reads the core fields of both objects. */
export const manifests = (follows: boolean): readonly Manifest[] => [
  manifestOf([account('0 */12 * * *', ['Name']), contact('30 5 * * *', ['LastName', 'Email'])], follows),
  manifestOf([account('15 */8 * * *', ['Name', 'Industry']), contact('30 5 * * *', ['LastName', 'Email'])], follows),
  manifestOf(
    [account('0 */12 * * *', ['Name']), contact('45 */16 * * *', ['LastName', 'Email', ['Tier__c', 'tier']])],
    follows,
  ),
];

/** Fields that every manifest reads, by the org's spelling: what is compared with the truth. */
export const coreFields: Readonly<Record<string, readonly string[]>> = {
  Account: ['Name'],
  Contact: ['LastName', 'Email'],
};
