import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiRig, startApi } from './api-rig.ts';
import { arbitraryRequest } from './arbitrary-request.ts';
import { createConformance, type Document, endpointsOf } from './document.ts';

let rig: ApiRig;
beforeAll(async () => {
  rig = await startApi({ records: { Contact: 3, Account: 2 } });
});
afterAll(() => rig.stop());

/** AMP_FUZZ_RUNS=1000 looks longer. */
const runs = Number(process.env.AMP_FUZZ_RUNS ?? 25);

test('whatever is sent to any operation, the answer is one that the document has, and never our own fault', async () => {
  const document: Document = (await rig.ask({ path: '/openapi.json' })).json;
  const faultOf = createConformance(document);
  // What takes things away comes last.
  const endpoints = endpointsOf(document).sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));
  const statuses = new Map<number, number>();
  for (const endpoint of endpoints) {
    await fc.assert(
      fc.asyncProperty(arbitraryRequest(document, endpoint), async (ask) => {
        const reply = await rig.ask(ask);
        statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
        // A name with a slash at its end or a colon is another path: then it is any answer of the door.
        const isElsewhere = [404, 405].includes(reply.status) && reply.json?.code?.startsWith('api-');
        expect(isElsewhere ? undefined : faultOf(endpoint, reply), `${ask.method} ${ask.path}`).toBeUndefined();
        expect(reply.status, reply.text.slice(0, 500)).not.toBe(500);
        expect(Object.prototype).not.toHaveProperty('polluted');
      }),
      // Few random requests begin something: where one may, more are made.
      { numRuns: '201' in endpoint.responses ? runs * 20 : runs, endOnFailure: true },
    );
  }
  // It is no walk along the doors: most kinds of answers were met.
  for (const status of [200, 201, 204, 400, 404]) expect(statuses.get(status), `${status}`).toBeGreaterThan(0);
}, 300_000);
