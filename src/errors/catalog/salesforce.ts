import { defineErrors } from '../define-errors.ts';

/** What a Salesforce org answers to data calls, and what the network does to them. */
export const salesforceErrors = defineErrors({
  'salesforce-unreachable': {
    summary: 'The org cannot be reached: no address, no connection or an untrusted certificate.',
    remedy: 'Check the network, VPN and proxy; see status.salesforce.com.',
    retryable: true,
  },
  'salesforce-timeout': {
    summary: 'The org did not answer in time.',
    remedy: 'Run the command again; ask for less at once when it repeats.',
    retryable: true,
  },
  'salesforce-connection-lost': {
    summary: 'The connection broke before the answer was whole.',
    remedy: 'Run the command again. A write may have been applied: check before repeating it.',
    retryable: true,
  },
  'salesforce-unavailable': {
    summary: 'The org answers with a server error (500, 502, 503, 504, or an edge that has no route).',
    remedy: 'Wait and run the command again; see status.salesforce.com.',
    retryable: true,
  },
  'salesforce-rate-limited': {
    summary: 'The org takes no more calls for now: the 24-hour API limit or a rate limit is reached.',
    remedy: 'See amp org limits; wait for the window to move or read less often.',
    retryable: true,
  },
  'salesforce-concurrency-limited': {
    summary: 'Too many long calls run in the org at the same time.',
    remedy: 'Wait, or lower AMP_MAX_CONCURRENT_REQUESTS.',
    retryable: true,
  },
  'salesforce-row-locked': {
    summary: 'A record is locked by another transaction.',
    remedy: 'Run it again; sort rows by parent when it repeats.',
    retryable: true,
  },
  'salesforce-record-locked': {
    summary: 'The record is locked, as an approval process does.',
    remedy: 'Wait for the approval, or let an administrator unlock the record.',
  },
  'salesforce-storage-full': {
    summary: 'The org has no data storage left.',
    remedy: 'An administrator frees storage or buys more: Setup, Storage Usage.',
  },
  'salesforce-query-timeout': {
    summary: 'The query ran into the time limit of the org.',
    remedy: 'Filter on an indexed field, select fewer rows, or use --api bulk.',
  },
  'salesforce-query-malformed': {
    summary: 'The query is not valid SOQL or SOSL.',
    remedy: 'See the position in the message.',
  },
  'salesforce-query-too-complicated': {
    summary: 'The query expands to more than the org compiles.',
    remedy: 'Select fewer formula fields.',
  },
  'salesforce-cursor-expired': {
    summary: 'The place in a result (query locator) is no longer kept by the org.',
    remedy: 'Run the read again; it goes on from its checkpoint.',
    retryable: true,
  },
  'salesforce-field-unknown': {
    summary: 'A field does not exist, or this user may not see it.',
    remedy: 'See amp org describe <object>; check field-level security for the connected user.',
  },
  'salesforce-object-unknown': {
    summary: 'An object does not exist, or this user may not see it.',
    remedy: 'See amp org describe; custom objects end in __c.',
  },
  'salesforce-not-found': {
    summary: 'The record or resource does not exist, was deleted, or is hidden from this user.',
    remedy: 'Check the id; see the recycle bin.',
  },
  'salesforce-several-matches': {
    summary: 'The external id stands for more than one record.',
    remedy: 'Make the field unique, or address the record by id.',
  },
  'salesforce-id-malformed': { summary: 'A record id is not one, or is of another object.', remedy: 'Check the id.' },
  'salesforce-access-denied': {
    summary: 'The connected user may not do this.',
    remedy: "Give the user's profile or a permission set access to the object, field or record.",
  },
  'salesforce-api-disabled': {
    summary: 'The API is switched off for this org or user.',
    remedy: 'The edition must include the API, and the user needs the API Enabled permission.',
  },
  'salesforce-required-field-missing': {
    summary: 'A required field has no value.',
    remedy: 'Give it a value, or a default in the mapping.',
  },
  'salesforce-field-read-only': {
    summary: 'A field cannot be written by this user, or not at this moment of its life.',
    remedy: 'Leave it out, or give the user edit access to it.',
  },
  'salesforce-value-too-long': { summary: 'A text is longer than its field.', remedy: 'Shorten it.' },
  'salesforce-value-out-of-range': {
    summary: 'A number does not fit its field.',
    remedy: 'Check precision and scale.',
  },
  'salesforce-value-invalid': {
    summary: 'A value is not of the type or form its field takes.',
    remedy: 'Compare with amp org describe <object>.',
  },
  'salesforce-picklist-value': {
    summary: 'A value is not in a restricted picklist.',
    remedy: 'Map it to one of the values of amp org describe <object>, or add it in Setup.',
  },
  'salesforce-validation-rule': {
    summary: 'A validation rule of the org refused the record.',
    remedy: "The text is the rule's own; an administrator can change it.",
  },
  'salesforce-automation-failed': {
    summary: 'A trigger or flow of the org failed on this record.',
    remedy: 'The text is its own; an administrator can change it.',
  },
  'salesforce-duplicate-found': {
    summary: 'A duplicate rule found a similar record.',
    remedy: 'Update that record, or allow duplicates for this write.',
  },
  'salesforce-duplicate-value': {
    summary: 'Another record already has this value in a unique field.',
    remedy: 'Upsert on that field instead of creating.',
  },
  'salesforce-reference-invalid': {
    summary: 'A reference names a record that does not exist, is hidden or may not be referenced.',
    remedy: 'Check the referenced id.',
  },
  'salesforce-rolled-back': {
    summary: 'The record was fine, but another one in the same transaction failed.',
    remedy: 'Fix the record that failed first.',
  },
  'salesforce-record-changed': {
    summary: 'The record was changed by somebody else since it was read.',
    remedy: 'Read it again, then decide.',
  },
  'salesforce-conflict': { summary: 'The request does not fit the state of the resource.', remedy: 'See the message.' },
  'salesforce-version-retired': {
    summary: 'The API version or resource is not served by this org.',
    remedy: 'Run amp org login again: it negotiates the version.',
  },
  'salesforce-request-invalid': {
    summary: 'The org does not understand the request.',
    remedy: 'Run it again with --debug, which shows each call; the words in the message are the org’s own.',
  },
  'salesforce-answer-damaged': {
    summary: 'The answer is not what the API sends: a login page, HTML, or cut JSON.',
    remedy: 'Run the command again; check for a proxy in between.',
    retryable: true,
  },
  'salesforce-redirected': {
    summary: 'The org answered with a redirect, or pointed to another host. Credentials are not sent there.',
    remedy: 'Sign in with the My Domain: amp org login --instance-url https://….',
  },
});
