/**
 * The 63 traps of the real platform, and how each can be had from the emulator: by a named fault, by a change or setting of the
 * org, or because it simply behaves so. `test` names the test that shows it, as `file › name`; `never` says why a server cannot
 * cause the trap here.
 */
export type Trap =
  | { trap: string; by: string; faults?: readonly string[]; test: string }
  | { trap: string; never: string };

const more = (name: string) => `protocol/traps-more.test.ts › ${name}`;
const traps = (name: string) => `protocol/traps.test.ts › ${name}`;
const rest = (name: string) => `protocol/rest.test.ts › ${name}`;
const bulk = (name: string) => `protocol/bulk.test.ts › ${name}`;
const events = (name: string) => `protocol/events.test.ts › ${name}`;
const faults = (name: string) => `protocol/faults.test.ts › ${name}`;
const signIn = (name: string) => `protocol/sign-in.test.ts › ${name}`;

export const trapTable: Record<number, Trap> = {
  1: {
    trap: 'stamps of whole seconds tie',
    by: 'behaviour',
    test: traps('1 many rows of one transaction share a stamp of whole seconds'),
  },
  2: {
    trap: 'a transaction commits behind the cursor',
    by: 'change --hold',
    test: traps('2 a transaction held open commits behind the cursor'),
  },
  3: { trap: 'two clocks', by: 'change clock', test: traps('3 the org’s clock is not the client’s: answers carry it') },
  4: {
    trap: 'LastModifiedDate is not SystemModstamp',
    by: 'change --automation, --audit-fields, AccountHistory',
    test: more('automation moves SystemModstamp and leaves LastModifiedDate'),
  },
  5: {
    trap: 'formulas change without a stamp',
    by: 'behaviour',
    test: traps('5 a cross-object formula changes without moving its row’s stamp'),
  },
  6: {
    trap: 'deletes leave the query, hard deletes queryAll',
    by: 'change delete, hard-delete',
    test: traps('6 and 7 deletes leave the query, hard deletes leave queryAll too, undeletes bring rows back'),
  },
  7: {
    trap: 'an undelete may not look like a change',
    by: 'change undelete',
    test: traps('6 and 7 deletes leave the query, hard deletes leave queryAll too, undeletes bring rows back'),
  },
  8: {
    trap: 'queryAll returns archived rows',
    by: 'seeds',
    test: more('8 queryAll returns archived tasks beside the deleted ones'),
  },
  9: {
    trap: 'field-level security looks like a missing column',
    by: 'change hide-field',
    test: traps('9 a field hidden from the user is no column at all'),
  },
  10: {
    trap: 'getUpdated and getDeleted ignore seconds',
    by: 'behaviour',
    test: rest('updated and deleted list ids by whole minutes up to what is covered'),
  },
  11: {
    trap: 'date literals are of the user’s zone',
    by: 'behaviour',
    test: more('11 YESTERDAY is the user’s, not the server’s'),
  },
  12: { trap: 'a plus in a URL is a space', by: 'behaviour', test: traps('12 a plus in a URL is a space') },
  13: {
    trap: 'rows move while they are paged',
    by: 'behaviour',
    test: more('OFFSET skips a row when one before it is deleted'),
  },
  14: {
    trap: 'locators expire',
    by: 'fault',
    faults: ['locators-expire'],
    test: faults('locators and jobs expire on demand'),
  },
  15: {
    trap: 'short and empty pages that are not the last',
    by: 'fault',
    faults: ['short-page', 'empty-page'],
    test: faults('short and empty query pages say that there is more, and the rest comes'),
  },
  16: {
    trap: 'child lists page apart, none is null',
    by: 'behaviour',
    test: more('16 the list of children is null where there are none'),
  },
  17: {
    trap: 'a URI over 16,384 bytes',
    by: 'behaviour',
    test: rest('a URI over 16,384 bytes is 414, with its headers 431'),
  },
  18: {
    trap: 'the end is the text null, or a missing header',
    by: 'behaviour, fault',
    faults: ['no-locator'],
    test: traps('18 and 19 the last locator is the text null and every page repeats the header'),
  },
  19: {
    trap: 'every page repeats the header',
    by: 'behaviour',
    test: traps('18 and 19 the last locator is the text null and every page repeats the header'),
  },
  20: {
    trap: 'awkward texts in CSV',
    by: 'seeds',
    test: traps('20, 21 and 22 awkward texts arrive as they are, null and empty alike, leading zeros kept'),
  },
  21: {
    trap: 'null and empty are alike',
    by: 'behaviour',
    test: traps('20, 21 and 22 awkward texts arrive as they are, null and empty alike, leading zeros kept'),
  },
  22: {
    trap: 'numbers that are texts',
    by: 'seeds',
    test: traps('20, 21 and 22 awkward texts arrive as they are, null and empty alike, leading zeros kept'),
  },
  23: {
    trap: 'bulk cannot select everything',
    by: 'behaviour',
    test: bulk('BULK-14 what bulk cannot select is refused when the job is made'),
  },
  24: {
    trap: 'results with another API version',
    by: 'behaviour',
    test: bulk('another API version than the one that made the job gets 409'),
  },
  25: {
    trap: 'cut bodies look complete',
    by: 'fault',
    faults: ['cut-fin', 'cut-rst', 'stall', 'jobs-expire'],
    test: faults('a body is cut at the byte asked, by FIN or by RST, plain and gzipped'),
  },
  26: {
    trap: 'LIMIT and ORDER BY switch chunking off',
    by: 'change setting unchunkedRows',
    test: more('26 LIMIT and ORDER BY switch chunking off, and a job over a large object then fails'),
  },
  27: {
    trap: 'failed without a reason, complete without rows',
    by: 'fault, behaviour',
    faults: ['jobs-fail'],
    test: more('27 a job without rows is complete, with a header and the count 0'),
  },
  28: {
    trap: 'locators that tempt to calculate',
    by: 'change setting bulkLocators',
    test: more('28 locators of another form say nothing, stay valid, and cannot be calculated'),
  },
  29: {
    trap: 'bulk queryAll brings deleted rows',
    by: 'behaviour',
    test: traps('29 bulk queryAll brings deleted rows'),
  },
  30: {
    trap: 'date-times differ by channel',
    by: 'behaviour',
    test: traps('30 REST, bulk and change events write date-times differently'),
  },
  31: {
    trap: 'an empty value is ignored, #N/A clears',
    by: 'behaviour',
    test: bulk('on update an empty value is ignored and #N/A clears'),
  },
  32: {
    trap: 'JobComplete is not success; rows in no result',
    by: 'change setting dailyBulkBatches, dailyBulkRows',
    test: more(
      '32 a job costs a batch of the daily allocation for each 10,000 rows; rows of a batch over it appear nowhere',
    ),
  },
  33: {
    trap: 'results in another order',
    by: 'behaviour',
    test: bulk('results leave in another order than the rows came in, a job without rows is fine'),
  },
  34: {
    trap: 'a create whose answer is lost',
    by: 'fault',
    faults: ['lost-answer'],
    test: faults('a lost answer hides that the work was done'),
  },
  35: {
    trap: 'transactions of 200 rows, locked parents',
    by: 'behaviour, fault',
    faults: ['row-locked'],
    test: more('35 a job works in transactions of 200 rows'),
  },
  36: {
    trap: 'duplicateResut',
    by: 'schema change',
    test: traps('36 a duplicate rule answers with the key duplicateResut, and allowSave lets the row in'),
  },
  37: {
    trap: 'several matches of an external id',
    by: 'behaviour',
    test: rest('several matches of an external id are 300 with their addresses, and nothing changes'),
  },
  38: {
    trap: 'an upsert’s update is 204 or 200',
    by: 'behaviour',
    test: rest('an upsert by external id tells created, updated, and the old versions’ empty answer apart'),
  },
  39: {
    trap: 'allOrNone answers ids that do not exist',
    by: 'behaviour',
    test: `protocol/composite.test.ts › a failing row of an inner collection undoes the outer request, yet its rows still say success`,
  },
  40: {
    trap: 'what was written is changed, and comes back as an event',
    by: 'behaviour',
    test: events(
      'SUB-9 SUB-11 SUB-27 an update names its changed fields, LastModifiedDate among them, and who made it',
    ),
  },
  41: {
    trap: 'a text that is too long names label and value',
    by: 'behaviour',
    test: traps('41 a text that is too long is refused by its label and its value'),
  },
  42: { trap: '15-character ids', by: 'behaviour', test: traps('42 a 15-character id is taken and answered with 18') },
  43: {
    trap: 'numbers beyond 15 digits',
    by: 'seeds',
    test: rest('a large number keeps every digit from a write to a read'),
  },
  44: {
    trap: 'restricted picklists fail per row',
    by: 'behaviour',
    test: traps('44 a value outside a restricted picklist fails its row alone'),
  },
  45: {
    trap: 'commitNumber beyond 2^53',
    by: 'behaviour',
    test: events('SUB-1 SUB-20 a held connect is answered when a change commits, with exact digits and nested names'),
  },
  46: {
    trap: 'replay ids have holes',
    by: 'behaviour',
    test: traps('46 and 53 replay ids and sequence numbers have holes'),
  },
  47: {
    trap: 'a position past 72 hours fails',
    by: 'change clock',
    test: events('SUB-6 a position past the 72 hours of retention is refused'),
  },
  48: {
    trap: 'recordIds is a list, or a wildcard',
    by: 'behaviour, injected event',
    test: events('SUB-16 equal changes of one transaction merge into one event with every id'),
  },
  49: {
    trap: 'gaps and overflow look like events',
    by: 'injected event, change setting overflowChanges',
    test: events('SUB-17 injected gaps look like ordinary events with a header alone'),
  },
  50: {
    trap: 'Pub/Sub carries unchanged fields as null',
    never: 'Pub/Sub is not served; the commit log keeps before and after for when it is.',
  },
  51: {
    trap: 'long text travels as a difference',
    by: 'behaviour',
    test: events('a changed long text travels as a difference'),
  },
  52: {
    trap: 'compound parts are nested',
    by: 'behaviour',
    test: events('SUB-1 SUB-20 a held connect is answered when a change commits, with exact digits and nested names'),
  },
  53: {
    trap: 'sequence numbers have holes',
    by: 'behaviour',
    test: traps('46 and 53 replay ids and sequence numbers have holes'),
  },
  54: {
    trap: 'the schema id of an event changes',
    never: 'Only Pub/Sub payloads need their schema to be read; CometD events are JSON that names its fields.',
  },
  55: {
    trap: 'a forgotten client, an ended session, a wrong-case channel',
    by: 'fault, behaviour',
    faults: ['event-clients-forgotten', 'event-session-expired'],
    test: events(
      'SUB-4 SUB-5 a client that stays away is forgotten; one whose session ended is told so, without an HTTP error',
    ),
  },
  56: { trap: 'Pub/Sub flow control', never: 'Pub/Sub is not served.' },
  57: {
    trap: 'a hole between backfill and subscription',
    by: 'behaviour',
    test: more(
      '57 what changed between a read and a subscription without a position is never heard; a position taken before hears it',
    ),
  },
  58: {
    trap: 'changes that emit nothing',
    by: 'behaviour',
    test: more('58 children of an object that is not selected go without an event'),
  },
  59: {
    trap: 'two refreshes at once under rotation',
    by: 'start --rotation strict, fault',
    faults: ['refresh-raced', 'refresh-rotated', 'refresh-slow', 'refresh-lost', 'grants-revoked'],
    test: signIn('AUTH-11 AUTH-13 with strict rotation a spent refresh token revokes the family and its sessions'),
  },
  60: {
    trap: 'no expires_in, 401s that no refresh cures',
    by: 'fault',
    faults: ['session-expired', 'sessions-end', 'session-not-for-rest', 'app-not-attached', 'ip-restricted'],
    test: traps('AUTH-10 AUTH-26 60 some 401s no refresh can cure'),
  },
  61: {
    trap: 'instance_url moves, a next page elsewhere',
    by: 'fault',
    faults: ['instance-moves', 'next-page-elsewhere', 'redirect-away'],
    test: faults('AUTH-4 AUTH-27 the org moves: new tokens name another address, the old one answers 420'),
  },
  62: {
    trap: 'limits are no permission problem; HTML bodies',
    by: 'fault',
    faults: [
      'daily-limit',
      'concurrent-limit',
      'too-many-requests',
      'daily-limit-retry-after',
      'error-503-html',
      'not-acceptable-empty',
      'no-edge-route',
      'garbled-json',
      'login-page',
    ],
    test: faults('AUTH-12 AUTH-22 every named answer has its status and body'),
  },
  63: {
    trap: 'nillable false cannot be trusted',
    by: 'change change-field',
    test: more('63 a field that describe calls required may be null in rows from before'),
  },
};
