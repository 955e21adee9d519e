import { defineErrors } from '../define-errors.ts';

/** Writes into an org: refused before any call, or what became of them. */
export const writeErrors = defineErrors({
  'write-request-invalid': {
    summary: 'A write request does not have the documented shape.',
    remedy: 'See docs/writes.md for the keys of a request.',
  },
  'write-object-missing': {
    summary: 'The object does not stand under write in the manifest.',
    remedy: 'Add it to write.objects in amp.yaml and deploy.',
  },
  'write-id-missing': {
    summary: 'An update or delete names no record, or a create names one.',
    remedy: 'Give the id of the record; leave it out of a create.',
  },
  'write-id-malformed': {
    summary: 'A record id does not have the form of one.',
    remedy: 'Ids have 15 or 18 letters and digits.',
  },
  'write-key-missing': {
    summary: 'An upsert has no external id field, the field cannot serve as one, or a record has no value for it.',
    remedy: 'Name a field that is an external id and unique, and give every record a value for it.',
  },
  'write-field-conflict': {
    summary: 'Two names of a record lead to one field and have different values.',
    remedy: 'Give one of them, or the same value twice.',
  },
  'write-field-read-only': {
    summary: 'A mapped name leads to a field of a related record, which can be read but not written.',
    remedy: 'Write the reference field instead.',
  },
  'write-nothing-left': {
    summary: 'Nothing of a record remains to be written.',
    remedy: 'Map the fields for this customer, or check the guards of the installation.',
  },
  'write-header-refused': {
    summary: 'A header of the request may not be passed on.',
    remedy: 'Sign-in and connection headers are ours to set.',
  },
  'write-associations-unsupported': {
    summary: 'Associations exist on HubSpot only.',
    remedy: 'On Salesforce write the reference field, such as AccountId.',
  },
  'write-delete-disabled': {
    summary: 'The installation does not allow records to be deleted.',
    remedy: 'Set deletionSettings.enabled for the object in the installation config.',
  },
  'write-value-too-long': { summary: 'A text is longer than its field.', remedy: 'Shorten it.' },
  'write-deadline-passed': {
    summary: 'An asynchronous write could not be done before its deadline; nothing of these records was written.',
    remedy: 'See the last reason, then write again; --retry-hours gives it longer (up to 48).',
  },
  'write-file-invalid': {
    summary: 'A file of records cannot be read.',
    remedy: 'Give NDJSON (a JSON object a line), or CSV with a header of names.',
  },
  'write-job-failed': {
    summary: 'A Bulk ingest job did not do its work.',
    remedy: 'See the message of the org; the records it names were not written.',
  },
  'write-not-answered': {
    summary: 'The org says nothing about a record it was sent.',
    remedy: 'Look for the record before writing it again.',
  },
  'write-failed': {
    summary: 'Some or all records were not written.',
    remedy: 'See the reason of each record; --failures writes them to a file to repair and run again.',
  },
});
