import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { AmpError } from '../../src/errors/amp-error.ts';
import { redact } from '../../src/errors/redact.ts';
import { bundleOperation } from '../../src/operations/bundle.ts';
import { explainOperation } from '../../src/operations/explain.ts';
import { findLines } from '../../src/operations/find-lines.ts';
import { findOperations } from '../../src/operations/find-operations.ts';
import { findIncidents } from '../../src/operations/incidents.ts';
import { lineJson } from '../../src/operations/line-json.ts';
import { loadOperationDetail } from '../../src/operations/operation-detail.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import { plainStyle } from '../../src/output/style.ts';
import { textWidth } from '../../src/output/terminal-text.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { renderBundlePage } from '../../src/views/operations/bundle-page.ts';
import { renderExplanation } from '../../src/views/operations/explanation.ts';
import { renderIncident } from '../../src/views/operations/incident.ts';
import { createLineRenderer } from '../../src/views/operations/log-lines.ts';
import { renderOperationDetail } from '../../src/views/operations/operation-detail.ts';
import { renderOperationList } from '../../src/views/operations/operation-list.ts';
import { manualClock } from './manual-clock.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '\x1b]0;owned\x07',
    '\u202egpj.exe',
    '\x1b[2J',
    'a\r\nb',
    '</script><script>alert(1)</script>',
    'x'.repeat(5000),
  ),
);

/** A failed operation full of whatever the world may send. */
function failedOperation(object: string, group: string, message: string, detail: string) {
  const { db } = openMemoryState();
  const clock = manualClock('2026-02-03T09:00:00Z');
  const log = createOperationLog(db, { clock, redact });
  const operation = log.start({ action: 'read', object, groupRef: group, startedBy: 'cli' });
  operation.warning(message, { http: { method: 'GET', path: detail, status: 500 }, attempt: 2, requestId: detail });
  const root = new AmpError({
    code: 'salesforce-unavailable',
    message: detail,
    details: { errorCode: message, status: 500 },
  });
  operation.fail(new AmpError({ code: 'read-page-broken', message, hint: detail, cause: root }));
  return { db, clock, id: operation.id };
}

// What a terminal obeys or what hides text; line feeds are ours.
const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

test('failed records in a row that share a reason share a line', () => {
  const { db } = openMemoryState();
  const clock = manualClock('2026-02-03T09:00:00Z');
  const operation = createOperationLog(db, { clock, redact }).start({ action: 'write', object: 'A', startedBy: 'cli' });
  const one = (index: number, message: string) => ({ index, message, code: 'X' });
  operation.annotate({
    errors: [one(0, 'no'), one(1, 'no'), one(2, 'no'), one(5, 'no'), one(6, 'other'), { message: 'bare' }],
  });
  operation.fail('Nothing was written');
  const options = { style: plainStyle, width: 80, now: clock.now(), zone: { timeZone: 'UTC' } as const };
  const text = renderOperationDetail(loadOperationDetail(db, operation.id, 10), options);
  expect(text).toContain('Failed records\n  0 … 2: no (X)\n  5: no (X)\n  6: other (X)\n  bare\n');
});

test('OUT-1 no remote text reaches a terminal as a control, and lists, incidents and lines fit 80 columns', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, hostile, (object, group, message, detail) => {
      const { db, clock, id } = failedOperation(object, group, message, detail);
      const options = { style: plainStyle, width: 80, now: clock.now(), zone: { timeZone: 'UTC' } as const };
      const narrow = [
        renderOperationList(findOperations(db, {}), options),
        ...findIncidents(db).map((incident) => renderIncident(incident, options)),
        ...findLines(db, { limit: 10 }).map(createLineRenderer({ ...options, withOwner: true })),
      ];
      const wide = [
        renderOperationDetail(loadOperationDetail(db, id, 10), options),
        renderExplanation(explainOperation(db, id), options),
      ];
      for (const text of [...narrow, ...wide]) expect(text).not.toMatch(dangerous);
      for (const text of narrow) for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(80);
    }),
    { numRuns: 60 },
  );
});

test('OPS-11 the first five lines hold what failed, since when, why, the evidence and a command that can be pasted', () => {
  const { db } = openMemoryState();
  const clock = manualClock('2026-02-03T09:00:00Z');
  const log = createOperationLog(db, { clock, redact });
  const call = 'GET /services/data/v67.0/sobjects/OpportunityContactRole/describe';
  const command =
    'amp org login --alias quayline-production --instance-url https://quayline-production.my.salesforce.com --client-id 3MVG9fTLmJ60pJ5KRZ9x';
  const operation = log.start({ action: 'read', object: 'Opportunity', groupRef: 'quayline', startedBy: 'cli' });
  operation.fail(
    new AmpError({
      code: 'org-sign-in-expired',
      message: `The session has ended because the administrator of the org has switched the connected app off (INVALID_SESSION_ID, ${call})`,
      hint: `Run: ${command}`,
      details: { status: 401, errorCode: 'INVALID_SESSION_ID', call, requestId: 'req_5c' },
    }),
  );
  const options = { style: plainStyle, width: 80, now: clock.now(), zone: { timeZone: 'UTC' } as const };
  const lines = renderIncident(findIncidents(db)[0]!, options).split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toBe('✗ read Opportunity failed for quayline since 09:00:00, just now');
  expect(lines[1]).toMatch(/because +The session has ended because/);
  expect(lines[2]).toMatch(/connected app off$/);
  expect(lines[3]).toMatch(new RegExp(`evidence +${operation.id}, HTTP 401 INVALID_SESSION_ID`));
  expect(lines[4]).toBe(`  do this   Run: ${command}`);
  expect(renderExplanation(explainOperation(db, operation.id), options)).toContain(`  Run: ${command}\n`);
});

test('OUT-3 every line of amp logs --json is one line of JSON, whatever was logged', () => {
  fc.assert(
    fc.property(hostile, hostile, (message, detail) => {
      const { db } = failedOperation('Contact', 'g', message, detail);
      for (const line of findLines(db, { limit: 10 })) {
        const text = JSON.stringify(lineJson(line));
        expect(text).not.toContain('\n');
        expect(JSON.parse(text)).toMatchObject({
          type: 'log',
          message: { operation_id: expect.stringMatching(/^op_/) },
        });
      }
    }),
    { numRuns: 60 },
  );
});

test('an exported page runs nothing, links nowhere, and carries the data for tools', () => {
  const { db, clock, id } = failedOperation(
    'Contact',
    '<b>g</b>',
    '</script><script>alert(1)</script>',
    'path?code=secret123',
  );
  const page = renderBundlePage(bundleOperation(db, id, { now: clock.now(), ampVersion: '0.1.0', redact }));
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/(src|href)=/);
  expect(page).not.toContain('secret123');
  const data = /id="bundle">(.*)<\/script>/s.exec(page)![1]!;
  expect(JSON.parse(data)).toMatchObject({ format: 'amp-operation-bundle/1', operation: { id, groupRef: '<b>g</b>' } });
});

describe('amp operations', () => {
  const { db } = openMemoryState();
  const clock = manualClock('2026-02-03T09:00:00Z');
  const log = createOperationLog(db, { clock, redact });

  test('OPS-8 pages of 200 by default and 1000 at most, with a token, over 1,200 operations', () => {
    db.transaction(() => {
      for (let i = 0; i < 1_200; i++)
        log.start({ action: 'read', object: 'Contact', startedBy: 'cli' }).succeed('fine');
    });
    const first = findOperations(db, {});
    expect(first.operations).toHaveLength(200);
    const large = findOperations(db, { limit: 5_000 });
    expect(large.operations).toHaveLength(1_000);
    const rest = findOperations(db, { limit: 1_000, pageToken: large.nextPageToken! });
    expect(rest.operations).toHaveLength(200);
    expect(rest.nextPageToken).toBeUndefined();
    expect(new Set([...large.operations, ...rest.operations].map(({ id }) => id)).size).toBe(1_200);
  });
});

it('an incident tells since when, how often, and when it last worked; it is gone once the same thing works', () => {
  const { db } = openMemoryState();
  const clock = manualClock('2026-02-03T09:00:00Z');
  const log = createOperationLog(db, { clock, redact });
  const run = (end: 'works' | 'fails', object = 'Contact') => {
    const operation = log.start({ action: 'read', object, groupRef: 'quayline', startedBy: 'schedule' });
    clock.advance(1_000);
    if (end === 'works') operation.succeed('fine');
    else operation.fail(new Error('no route to host'));
    clock.advance(899_000);
  };
  run('works');
  run('fails');
  run('fails');
  run('works', 'Account');
  run('fails');
  expect(findIncidents(db)).toMatchObject([
    { failures: 3, since: '2026-02-03T09:15:00.000Z', lastSuccess: '2026-02-03T09:00:01.000Z' },
  ]);
  run('works');
  expect(findIncidents(db)).toEqual([]);
});
