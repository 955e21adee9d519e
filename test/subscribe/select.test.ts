import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/mapping/json.ts';
import {
  dedupeKey,
  needsReconciliation,
  type StreamEvent,
} from '../../src/providers/salesforce/events/change-event.ts';
import { fanOut } from '../../src/providers/salesforce/events/fan-out.ts';
import { readAnswer } from '../../src/providers/salesforce/events/read-answer.ts';
import { type EventSelection, selectEvent } from '../../src/providers/salesforce/events/select-event.ts';
import { flattenField, matchesWatch, resolveWatch } from '../../src/providers/salesforce/events/watch-filter.ts';

function event(header: Record<string, unknown>, body: Record<string, unknown> = {}): StreamEvent {
  const text = JSON.stringify({
    channel: '/data/ContactChangeEvent',
    data: {
      schema: 's',
      event: { replayId: 42 },
      payload: {
        ...body,
        ChangeEventHeader: {
          entityName: 'Contact',
          recordIds: ['003000000000001AAA'],
          changeType: 'UPDATE',
          changeOrigin: 'com/salesforce/api/rest/66.0;client=studio',
          transactionKey: 't-1',
          sequenceNumber: 1,
          commitTimestamp: 1770110102000,
          commitUser: '005000000000001AAA',
          changedFields: ['LastModifiedDate'],
          ...header,
        },
      },
    },
  }).replace('"commitTimestamp"', '"commitNumber":1745500706683617281,"commitTimestamp"');
  return readAnswer(`[${text}]`).events[0]!;
}

const mappings = new Map<string, readonly string[] | undefined>([
  ['notes', ['Description']],
  ['tier', undefined],
]);
const watching = (watch: 'all' | 'selected' | string[]): EventSelection => ({
  create: true,
  delete: true,
  update: resolveWatch({ watch, mappings, selectedFields: ['Email', 'MailingCity'] }),
  otherEvents: [],
});
const verdict = (header: Record<string, unknown>, selection: EventSelection) =>
  selectEvent(event(header).header!, selection);

describe('which events a subscription delivers', () => {
  test('SUB-8 a moved timestamp alone is no change', () => {
    expect(verdict({ changedFields: ['LastModifiedDate'] }, watching(['phone']))).toEqual({
      deliver: false,
      reason: 'unwatched',
    });
  });

  test('SUB-9 a watched mapped name means its source field, in any case', () => {
    expect(verdict({ changedFields: ['Description'] }, watching(['NOTES']))).toEqual({ deliver: true, type: 'update' });
  });

  test('SUB-10 a watched field need not be one that is read', () => {
    expect(verdict({ changedFields: ['LastModifiedDate', 'Phone'] }, watching(['phone'])).deliver).toBe(true);
  });

  test('a compound is watched with all its parts', () => {
    for (const name of ['BillingAddress', 'Name'])
      expect(verdict({ changedFields: [`${name}.City`] }, watching([name])).deliver, name).toBe(true);
    expect(verdict({ changedFields: ['ShippingAddress.City'] }, watching(['BillingAddress'])).deliver).toBe(false);
  });

  test('SUB-11 parts of compounds match the fields that REST knows', () => {
    expect(flattenField('Name.LastName')).toBe('LastName');
    expect(flattenField('MailingAddress.City')).toBe('MailingCity');
    expect(flattenField('Address.Street')).toBe('Street');
    expect(flattenField('Name.A.B')).toBe('A.B');
    expect(verdict({ changedFields: ['Name.LastName'] }, watching(['lastname'])).deliver).toBe(true);
    expect(verdict({ changedFields: ['MailingAddress.City'] }, watching(['MailingCity'])).deliver).toBe(true);
  });

  test('SUB-12 watching everything delivers even a stamp-only update', () => {
    expect(verdict({ changedFields: ['LastModifiedDate'] }, watching('all')).deliver).toBe(true);
  });

  test('SUB-13 selected watches what the installation reads and maps, nothing else', () => {
    expect(verdict({ changedFields: ['Email'] }, watching('selected')).deliver).toBe(true);
    expect(verdict({ changedFields: ['Fax'] }, watching('selected')).deliver).toBe(false);
  });

  test('SUB-15 UNDELETE is delivered as other, and only when listed', () => {
    expect(verdict({ changeType: 'UNDELETE' }, watching('all'))).toEqual({ deliver: false, reason: 'off' });
    expect(verdict({ changeType: 'UNDELETE' }, { ...watching('all'), otherEvents: ['UNDELETE'] })).toEqual({
      deliver: true,
      type: 'other',
    });
  });

  test('SUB-17 a gap event stands for its plain kind and no watch list holds it back', () => {
    expect(verdict({ changeType: 'GAP_UPDATE', changedFields: [] }, watching(['phone']))).toEqual({
      deliver: true,
      type: 'update',
    });
    expect(verdict({ changeType: 'GAP_DELETE' }, watching(['phone']))).toEqual({ deliver: true, type: 'delete' });
  });

  test('SUB-18 an overflow or a wildcard id asks for a reconciliation', () => {
    expect(needsReconciliation(event({ changeType: 'GAP_OVERFLOW', recordIds: ['000000000000000AAA'] }).header!)).toBe(
      true,
    );
    expect(needsReconciliation(event({ recordIds: ['003*'] }).header!)).toBe(true);
    expect(needsReconciliation(event({}).header!)).toBe(false);
  });

  test('SUB-27 our own writes are dropped when the loop option is on', () => {
    expect(verdict({ changedFields: ['Phone'] }, { ...watching('all'), ownClient: 'studio' })).toEqual({
      deliver: false,
      reason: 'echo',
    });
    expect(verdict({ changedFields: ['Phone'] }, { ...watching('all'), ownClient: 'stud' }).deliver).toBe(true);
  });

  test('SUB-29 a mapping the customer left unmapped never matches and is named', () => {
    const filter = resolveWatch({ watch: ['tier'], mappings, selectedFields: [] });
    expect(filter).toMatchObject({ kind: 'fields', unmapped: ['tier'] });
    expect(matchesWatch(filter, ['tier'])).toBe(false);
  });
});

describe('one change event, several records', () => {
  test('SUB-16 three ids make three entries with a singular recordId', () => {
    const parts = fanOut(event({ recordIds: ['003a', '003b', '003c'] }, { Phone: '1' }));
    expect(parts.map((part) => part.recordId)).toEqual(['003a', '003b', '003c']);
    for (const part of parts) {
      const header = part.rawEvent.value.ChangeEventHeader as JsonObject;
      expect(header.recordId).toBe(part.recordId);
      expect(header).not.toHaveProperty('recordIds');
      expect(part.rawEvent.value.Phone).toBe('1');
    }
  });

  test('SUB-19 another sequence number is another event', () => {
    const first = event({}).header!;
    const second = event({ sequenceNumber: 2 }).header!;
    expect(dedupeKey(first, '003a')).toBe(dedupeKey(event({}).header!, '003a'));
    expect(dedupeKey(first, '003a')).not.toBe(dedupeKey(second, '003a'));
  });

  test('SUB-20 a commit number beyond 2^53 keeps its digits', () => {
    const [part] = fanOut(event({}));
    expect(part!.rawEvent.text).toContain('"commitNumber":1745500706683617281,');
  });
});
