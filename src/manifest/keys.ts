import { boolean, type DraftOf, integer, list, mapping, text } from './key-spec.ts';

/**
 * The one table of manifest keys. The decoder follows it (types, unknown keys, suggestions), the JSON Schema for editors is
 * printed from it, and the rules get their types from it.
 */
const objectName = text({
  doc: "The object's API name at the provider, for example `account` or `Invoice__c`.",
  required: true,
  examples: ['account', 'contact', 'opportunity'],
});

const fieldEntry = mapping({
  doc: 'A field: `fieldName` fixes the source; without it the customer picks the source of `mapToName` at install.',
  name: 'a field entry',
  strict: true,
  needs: { count: 'any', keys: ['fieldName', 'mapToName'] },
  keys: {
    fieldName: text({
      doc: "The provider's field: a plain name, or a path such as `$['Owner']['Email']`.",
      examples: ['email', "$['Owner']['Email']"],
    }),
    mapToName: text({
      doc: "Your name for the field in messages and writes. A path (`$['address']['city']`) builds a nested value.",
    }),
    mapToDisplayName: text({ doc: 'The label customers see. Defaults to `mapToName`.' }),
    prompt: text({ doc: 'A full sentence shown beside the choice. Only for entries without `fieldName`.' }),
    default: text({
      doc: 'The source field preselected for the customer; a standard field. Only for entries without `fieldName`.',
    }),
  },
});

const event = (doc: string) =>
  mapping({
    doc,
    name: 'an event',
    keys: { enabled: text({ doc: 'Only `always`. Leave the event out to turn it off.', values: ['always'] }) },
  });

const readObject = mapping({
  doc: 'One object to read: when, which fields, and where they go.',
  name: 'a read object',
  keys: {
    objectName,
    destination: text({
      doc: 'Name of the destination that gets the results. Needed with a schedule, a backfill or subscribed events.',
    }),
    schedule: text({
      doc: 'Five-field cron in UTC, at least 10 minutes between runs. Quote it. Absent: never read by itself.',
      examples: ['*/15 * * * *', '0 * * * *', '0 6 * * MON-FRI'],
    }),
    mapToName: text({ doc: 'Your name for the object in messages and writes.' }),
    mapToDisplayName: text({ doc: 'The label customers see for the object.' }),
    requiredFields: list({ doc: 'Fields that are always read.', item: fieldEntry }),
    optionalFields: list({ doc: 'Fields the customer may pick.', item: fieldEntry }),
    optionalFieldsAuto: text({
      doc: '`all`: the customer may pick any field, custom ones too.',
      values: ['all'],
    }),
    backfill: mapping({
      doc: 'History sent when a customer installs.',
      name: 'backfill',
      keys: {
        defaultPeriod: mapping({
          doc: 'How far back: exactly one of `days` and `fullHistory`.',
          name: 'defaultPeriod',
          required: true,
          needs: { count: 'one', keys: ['days', 'fullHistory'] },
          keys: {
            days: integer({ doc: 'The last N days; 0 sends nothing.', minimum: 0, examples: [30, 90] }),
            fullHistory: boolean({ doc: '`true`: everything there is.' }),
          },
        }),
      },
    }),
    enabled: text({
      doc: '`always`: read for every installation, even when its config does not mention the object; also searchable.',
      values: ['always'],
    }),
    delivery: mapping({
      doc: 'Deprecated: leave schedule and backfill out and trigger reads instead.',
      name: 'delivery',
      deprecated: true,
      keys: {
        mode: text({
          doc: '`auto` pushes results; `onRequest` holds them until asked.',
          values: ['auto', 'onRequest'],
          default: 'auto',
        }),
        pageSize: integer({ doc: 'Most records in a message, with `onRequest` only.', minimum: 50, maximum: 500 }),
      },
    }),
  },
});

const writeObject = mapping({
  doc: 'One object your product may write.',
  name: 'a write object',
  keys: {
    objectName,
    inheritMapping: boolean({ doc: "Use the read object's names in reverse.", default: false }),
    valueDefaults: mapping({
      doc: 'Which fields may have default values.',
      name: 'valueDefaults',
      keys: {
        allowAnyFields: boolean({ doc: 'Customers may set a default for any field.', default: false }),
      },
    }),
  },
});

const subscribeObject = mapping({
  doc: 'One object whose changes are delivered as they happen.',
  name: 'a subscribe object',
  keys: {
    objectName,
    destination: text({ doc: 'Name of the destination that gets the events.', required: true }),
    inheritFieldsAndMapping: boolean({
      doc: 'Fields and mapping come from the read object of the same name. Must be `true` with any event.',
    }),
    createEvent: event('Deliver created records.'),
    updateEvent: mapping({
      doc: 'Deliver updates: of the fields named, or of any field.',
      name: 'updateEvent',
      needs: { count: 'one', keys: ['requiredWatchFields', 'watchFieldsAuto'] },
      keys: {
        enabled: text({ doc: 'Only `always`. Leave the event out to turn it off.', values: ['always'] }),
        watchFieldsAuto: text({
          doc: "`all`: any change counts. `selected`: changes of the installation's fields and mapping sources.",
          values: ['all', 'selected'],
        }),
        requiredWatchFields: list({
          doc: 'Changes of these fields count: provider names or mapped names, without `.`, `[` or `]`.',
          item: text({ doc: 'A field to watch.' }),
          minItems: 1,
        }),
      },
    }),
    deleteEvent: event('Deliver deleted records.'),
    associationChangeEvent: mapping({
      doc: 'HubSpot only: deliver changed associations.',
      name: 'associationChangeEvent',
      keys: {
        enabled: text({ doc: 'Only `always`. Leave the event out to turn it off.', values: ['always'] }),
        includeFullRecords: boolean({ doc: 'Send the associated records too.', default: false }),
      },
    }),
    otherEvents: list({
      doc: "Further events by the provider's own names; on Salesforce `UNDELETE` and the `GAP_…` kinds.",
      item: text({
        doc: "The provider's name of an event.",
        suggestions: ['UNDELETE', 'GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE', 'GAP_OVERFLOW'],
      }),
    }),
  },
});

const schemaEvent = (doc: string) =>
  mapping({
    doc,
    name: 'a schema event',
    keys: { enabled: text({ doc: 'Only `always`.', values: ['always'], required: true }) },
  });

const integration = mapping({
  doc: 'One integration: what your product does with one provider.',
  name: 'an integration',
  needs: { count: 'any', keys: ['read', 'write', 'subscribe', 'proxy'] },
  keys: {
    name: text({
      doc: 'Letters, digits, `-` and `_`, at most 64; unique in the file. Deploy matches integrations by it.',
      required: true,
      pattern: '^[A-Za-z0-9_-]{1,64}$',
    }),
    displayName: text({ doc: 'The label customers see, at most 100 characters.', maxLength: 100 }),
    provider: text({
      doc: 'Which SaaS; case-sensitive.',
      required: true,
      suggestions: ['salesforce', 'salesforceJWT', 'hubspot'],
    }),
    module: text({
      doc: "The provider's product area; on Salesforce `crm` unless said.",
      suggestions: ['crm', 'account-engagement', 'account-engagement-demo'],
    }),
    read: mapping({
      doc: 'Read records: on a schedule, at install, or when asked.',
      name: 'read',
      keys: { objects: list({ doc: 'The objects to read.', item: readObject, minItems: 1, required: true }) },
    }),
    write: mapping({
      doc: 'Write records from your product.',
      name: 'write',
      keys: { objects: list({ doc: 'The objects to write.', item: writeObject, minItems: 1, required: true }) },
    }),
    subscribe: mapping({
      doc: 'Deliver changes as they happen.',
      name: 'subscribe',
      keys: { objects: list({ doc: 'The objects to follow.', item: subscribeObject, minItems: 1, required: true }) },
    }),
    proxy: mapping({
      doc: "Calls to the provider's API as they are, with the customer's sign-in.",
      name: 'proxy',
      keys: {
        enabled: boolean({ doc: 'Turns the proxy on.', default: false }),
        useModule: boolean({ doc: "Use the module's base address, not the provider's root.", default: false }),
      },
    }),
    watchSchema: mapping({
      doc: "Report changed fields of the read block's objects.",
      name: 'watchSchema',
      keys: {
        destination: text({ doc: 'Name of the destination that gets the reports.', required: true }),
        schedule: text({
          doc: 'Five-field cron in UTC, hourly at most. Absent: once a day.',
          default: '0 */24 * * *',
          examples: ['0 */6 * * *'],
        }),
        allObjects: mapping({
          doc: 'Which changes to report, for every object of the read block.',
          name: 'allObjects',
          required: true,
          keys: {
            fieldCreated: schemaEvent('Report new fields.'),
            fieldDeleted: schemaEvent('Report removed fields.'),
            fieldChanged: schemaEvent('Report fields whose type, label or picklist changed.'),
          },
        }),
      },
    }),
  },
});

export const manifestSpec = mapping({
  doc: 'An amp.yaml manifest: customer-facing integrations as code.',
  name: 'the manifest',
  keys: {
    specVersion: text({ doc: 'The version of the language; only `1.0.0`.', required: true, values: ['1.0.0'] }),
    integrations: list({ doc: 'The integrations of this project.', item: integration, minItems: 1, required: true }),
  },
});

export type DraftManifest = DraftOf<typeof manifestSpec>;
export type DraftIntegration = DraftOf<typeof integration>;
export type DraftReadObject = DraftOf<typeof readObject>;
export type DraftWriteObject = DraftOf<typeof writeObject>;
export type DraftSubscribeObject = DraftOf<typeof subscribeObject>;
export type DraftField = DraftOf<typeof fieldEntry>;
export type DraftWatchSchema = NonNullable<DraftIntegration['watchSchema']>;
