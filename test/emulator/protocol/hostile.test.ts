import fc from 'fast-check';
import { expect, test } from 'vitest';
import { routes } from '../../../src/providers/salesforce/emulator/routes.ts';
import { startClient } from './client.ts';

const values: Record<string, string> = {
  version: 'v66.0',
  object: 'Account',
  id: '001Am0000000001IAA',
  field: 'Name',
  value: 'x',
  locator: '01gAm0000000001-5',
  apiVersion: '59.0',
  path: '66.0',
};

const written = routes.filter(
  ({ method, pattern }) => method !== 'GET' && !/__emulator\/(stop|instance)$/.test(pattern),
);
const bulkOneJob = written.findIndex(({ pattern }) => pattern === '/services/async/:apiVersion/job');
const addressOf = (pattern: string) => pattern.replace(/[:*](\w+)/g, (_whole, name: string) => values[name] ?? 'x');

const hostile = fc.oneof(
  fc.constantFrom(
    '',
    'null',
    '[]',
    '{}',
    '"x"',
    '1',
    '[null]',
    '{"records":[null]}',
    '{"records":[{"attributes":null}]}',
    '<a/>',
    '{"a":',
  ),
  fc.constantFrom(
    '{"compositeRequest":[null]}',
    '{"compositeRequest":[{"referenceId":"a","method":"GET","url":"/services/data/v66.0/limits","httpHeaders":null}]}',
    '{"batchRequests":[null]}',
    '{"graphs":[null]}',
    '{"graphs":[{"graphId":"1","compositeRequest":{}}]}',
    '[{"channel":null}]',
    '[null]',
    '{"changes":[null]}',
    '{"ids":[null],"fields":[null]}',
    '{"FullName":1,"Metadata":1}',
    '{"operation":"insert","object":1}',
    '{"operation":"query","query":{}}',
    '{"fields":1,"apiName":1}',
    '{"effect":1,"match":1}',
  ),
  fc.json(),
);

test('no body, whatever it holds, makes the emulator fail inside', async () => {
  const failures: string[] = [];
  const client = await startClient({ onInternalError: (error) => failures.push(String((error as Error).stack)) });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: written.length - 1 }),
      hostile,
      fc.constantFrom('application/json', 'text/csv', ''),
      async (index, body, type) => {
        const route = written[index]!;
        const headers = type === '' ? {} : { 'content-type': type };
        const { status } = await client.call(route.method, addressOf(route.pattern), body, headers);
        expect([status < 500 || status === 500, failures], `${route.method} ${route.pattern} ${body}`).toEqual([
          true,
          [],
        ]);
      },
    ),
    { numRuns: 300, examples: [[bulkOneJob, '{"operation":"insert","object":1}', 'application/json']] },
  );
});

test('no address, whatever stands in it, makes the emulator fail inside', async () => {
  const failures: string[] = [];
  const client = await startClient({ onInternalError: (error) => failures.push(String((error as Error).stack)) });
  const segment = fc.oneof(
    fc.constantFrom(
      'Account',
      'account',
      '001Am0000000001IAA',
      'Id',
      '%',
      '%00',
      "a'b",
      '..',
      'null',
      '01gAm0000000001-0',
      'Contacts',
      '-1',
      '__proto__',
    ),
    fc.string({ maxLength: 12 }).map(encodeURIComponent),
  );
  const query = fc.constantFrom(
    '',
    '?q=',
    '?q=SELECT',
    "?q=FIND {'}",
    '?fields=',
    '?fields=,',
    '?ids=,&fields=x',
    '?start=x&end=y',
    '?locator=zz',
    '?sObjects=,',
    '?maxRecords=-1',
    '?explain=x',
    '?columns=true&q=SELECT',
  );
  const known = [
    ...routes.filter(({ method, pattern }) => ['GET', 'DELETE'].includes(method) && !pattern.includes('__emulator')),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: known.length - 1 }),
      fc.array(segment, { minLength: 4, maxLength: 4 }),
      query,
      async (index, segments, search) => {
        const route = known[index]!;
        let next = 0;
        const path = route.pattern.replace(':version', 'v66.0').replace(/[:*]\w+/g, () => segments[next++ % 4]!);
        const { status } = await client.call(route.method, path + search);
        expect([status < 600, failures.splice(0)], `${route.method} ${path}${search}`).toEqual([true, []]);
      },
    ),
    { numRuns: 300 },
  );
});
