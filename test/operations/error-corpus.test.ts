import { afterAll, describe, expect, it } from 'vitest';
import { redact } from '../../src/errors/redact.ts';
import { explainOperation } from '../../src/operations/explain.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import { parseErrorBody, salesforceError } from '../../src/providers/salesforce/errors.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { corpus } from './error-corpus.ts';
import { manualClock } from './manual-clock.ts';

const { db } = openMemoryState();
const log = createOperationLog(db, { clock: manualClock('2026-02-03T09:00:00Z'), redact });

describe('explain names code, root cause, retryability and remedy of', () => {
  let right = 0;
  it.each(corpus.map((fault) => [fault.name, fault] as const))('%s', (_name, { error, expect: label }) => {
    const operation = log.start({ action: 'read', object: 'Account', startedBy: 'cli' });
    operation.fail(error());
    const { cause, remedy } = explainOperation(db, operation.id);
    expect(cause).toMatchObject({ code: label.code, retryable: label.retryable });
    expect(cause?.rootCause).toContain(label.rootCause);
    expect(remedy).toContain(label.remedy);
    if (label.subsystem) expect(cause?.subsystem).toBe(label.subsystem);
    expect(JSON.stringify(cause)).not.toMatch(/Jane Doe|value secret/);
    right++;
  });

  afterAll(() => {
    process.stdout.write(
      `\nerror corpus: ${right} of ${corpus.length} right (top-1 ${((100 * right) / corpus.length).toFixed(1)} %)\n`,
    );
  });
});

it('the corpus has at least sixty faults, each of another name', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(60);
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
});

it('a refused query says why first, not which part of it stands before the fault', () => {
  const said =
    "\nSELECT Id, Nope FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'Nope' on entity 'Account'.";
  const body = parseErrorBody(JSON.stringify([{ errorCode: 'INVALID_FIELD', message: said }]));
  const error = salesforceError({ status: 400, body, where: 'GET /query' });
  expect(error.message).toBe("No such column 'Nope' on entity 'Account'. (INVALID_FIELD, GET /query)");
});
