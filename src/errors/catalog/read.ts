import { defineErrors } from '../define-errors.ts';

export const readErrors = defineErrors({
  'read-object-missing': {
    summary: 'The manifest reads no object of that name.',
    remedy: 'Name one of the objects it reads, or read without an installation.',
  },
  'read-field-missing': {
    summary: 'The org shows the connected user no field of that name.',
    remedy: 'Correct the name, or grant the user field-level access to it.',
  },
  'read-mapping-missing': {
    summary: 'A required mapping has no source field.',
    remedy: 'Choose a field for it in the installation, or with --map.',
  },
  'read-path-invalid': {
    summary: 'A field path cannot be read.',
    remedy: "Write it as $['Owner']['Name'].",
  },
  'read-path-too-deep': {
    summary: 'A field path goes up more parents than Salesforce allows.',
    remedy: 'Bring the value closer with a formula field, or read the parent object.',
  },
  'read-filter-invalid': {
    summary: 'A filter names an unknown field or operator, or a value its field cannot have.',
    remedy: 'Filters compare one field with one value: Industry=Energy.',
  },
  'read-period-missing': {
    summary: 'A backfill was asked for without a period, and the manifest has none for the object.',
    remedy: 'Say how far back: --days 30, or --full for everything.',
  },
  'read-object-disabled': {
    summary: 'The installation has switched the object off.',
    remedy: 'Switch it on in the installation, or read another object.',
  },
  'read-query-refused': {
    summary: 'Salesforce does not run this query.',
    remedy: 'Read the reason above; `amp validate --org` names fields and objects that do not fit the org.',
  },
  'read-bulk-refused': {
    summary: 'The Bulk API does not take this query.',
    remedy: 'Read it by REST: --api rest.',
  },
  'read-job-failed': {
    summary: 'Salesforce ended the query job without a result.',
    remedy: 'Read the reason above; a smaller period or fewer fields often helps. The next read makes a new job.',
  },
  'read-job-gone': {
    summary: 'The query job or its results are no longer in the org.',
    remedy: 'Start the backfill again; it makes a new job.',
  },
  'read-page-broken': {
    summary: 'A page of results kept arriving cut or wrong, and was not accepted.',
    remedy: 'Check the network or proxy, then run the same command again.',
    retryable: true,
  },
  'read-count-mismatch': {
    summary: 'The pages do not add up to the number of records the org says the query has.',
    remedy: 'Start the read again; if it repeats, the org or a proxy drops rows.',
  },
  'read-org-time-missing': {
    summary: 'The org did not say what time it is, and the local clock is not good enough.',
    remedy: 'Check for a proxy that removes the Date header.',
  },
  'read-not-resumable': {
    summary: 'There is no unfinished read with that operation id.',
    remedy: 'List reads with `amp operations --type read`.',
  },
  'read-installation-gone': {
    summary: 'The installation was removed, or moved to another org, while it was read.',
    remedy: 'Nothing has to be done: the read has stopped, and nothing more of it is delivered.',
  },
  'read-busy': {
    summary: 'Another process is reading the same object to the same place.',
    remedy: 'Wait for it, or stop it.',
  },
  'read-output-invalid': {
    summary: 'The output file cannot be written.',
    remedy: 'Make room, or name another file with --output.',
  },
  'read-output-changed': {
    summary: 'The output file is gone or shorter than what an unfinished read had written.',
    remedy: 'Nothing: the read starts over.',
  },
  'read-destination-missing': {
    summary: 'Delivery was asked for and the object has no destination.',
    remedy: 'Set destination in the manifest or in the installation.',
  },
  'read-verify-failed': {
    summary: 'The org has more records in a period than were delivered.',
    remedy: 'Read the period that is short again.',
  },
});
