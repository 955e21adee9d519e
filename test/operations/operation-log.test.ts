import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AmpError } from '../../src/errors/amp-error.ts';
import { createOperationLog } from '../../src/operations/operation-log.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { manualClock } from './manual-clock.ts';

function fixture(options: { logValues?: boolean } = {}) {
  const state = openMemoryState();
  const clock = manualClock('2026-02-03T09:00:00Z');
  const redact = (text: string) => text.replaceAll('hunter2', '[secret]');
  const log = createOperationLog(state.db, { clock, redact, ...options });
  const operation = (id: string) => state.db.prepare('SELECT * FROM operations WHERE id = ?').get(id)!;
  const lines = () =>
    state.db.prepare('SELECT severity, message, details FROM log_lines ORDER BY id').all<{
      severity: number;
      message: string;
      details: string | null;
    }>();
  return { state, clock, log, operation, lines };
}

const read = { action: 'read', object: 'Contact', startedBy: 'cli' } as const;

describe('an operation', () => {
  it('is in progress from its start and has one end with result, counts and time', () => {
    const { log, clock, operation } = fixture();
    const op = log.start({ ...read, integration: 'crm', groupRef: 'quayline', org: 'org1', revision: 3 });
    expect(operation(op.id)).toMatchObject({ status: 'in_progress', object: 'Contact', group_ref: 'quayline' });
    op.progress({ records: 5 });
    op.progress({ records: 12, apiCalls: 2 });
    clock.advance(1500);
    op.succeed('Read 12 records');
    expect(operation(op.id)).toMatchObject({
      status: 'success',
      result: 'Read 12 records',
      counts: '{"records":12,"apiCalls":2}',
      ended_at: Date.parse('2026-02-03T09:00:01.500Z'),
      process: null,
    });
  });

  it('ends once: a later end is a line of its log and changes nothing', () => {
    const { log, operation, lines } = fixture();
    const op = log.start(read);
    op.succeed('Done');
    op.fail(new Error('too late'));
    log.flush();
    expect(operation(op.id).status).toBe('success');
    expect(lines().at(-1)?.message).toMatch(/Ended as success already; now failure: too late/);
  });

  it('cannot change its end in the store either', () => {
    const { log, state } = fixture();
    const op = log.start(read);
    op.succeed('Done');
    expect(() => state.db.prepare("UPDATE operations SET status = 'failure' WHERE id = ?").run(op.id)).toThrow(
      /ends once/,
    );
  });

  it('keeps the whole chain of a failure, innermost first, with the provider code verbatim', () => {
    const { log, operation } = fixture();
    const op = log.start({ ...read, action: 'write' });
    const refresh = new AmpError({
      code: 'store-busy',
      message: 'The org no longer accepts our sign-in.',
      hint: 'amp org login --alias quayline',
      details: { status: 400, errorCode: 'invalid_grant', subsystem: 'auth', requestId: 'req_5c', retryable: false },
      causes: ['invalid_grant: expired access/refresh token'],
    });
    op.fail(new AmpError({ code: 'internal-error', message: 'Write stopped.', cause: refresh }));
    const error = JSON.parse(operation(op.id).error as string);
    expect(error).toMatchObject({
      subsystem: 'auth',
      title: 'Write stopped.',
      providerCode: 'invalid_grant',
      requestId: 'req_5c',
      remedy: 'amp org login --alias quayline',
      causes: ['invalid_grant: expired access/refresh token', 'The org no longer accepts our sign-in.'],
    });
  });
});

describe('log lines', () => {
  it('commit with the transaction they were written in', () => {
    const { log, state, lines } = fixture();
    const op = log.start(read);
    state.db.transaction(() => op.info('page 1 committed'));
    expect(lines().map((line) => line.message)).toEqual(['page 1 committed']);
  });

  it('go with a transaction that rolls back, but lines from before it stay', () => {
    const { log, state, lines, operation } = fixture();
    const op = log.start(read);
    op.info('before');
    expect(() =>
      state.db.transaction(() => {
        op.info('inside');
        op.succeed('Done');
        throw new Error('disk on fire');
      }),
    ).toThrow('disk on fire');
    expect(operation(op.id).status).toBe('in_progress');
    op.fail(new Error('disk on fire'));
    expect(lines().map((line) => line.message)).toEqual(['before', 'disk on fire']);
    expect(operation(op.id).status).toBe('failure');
  });

  it('are gathered outside of one, and all there when the operation ends', () => {
    const { log, lines } = fixture();
    const op = log.start(read);
    for (let i = 0; i < 47; i++) op.debug(`page ${i}`);
    expect(lines()).toHaveLength(0);
    op.succeed('Done');
    expect(lines().map((line) => line.message)).toEqual([...Array.from({ length: 47 }, (_, i) => `page ${i}`), 'Done']);
  });

  it('lose secrets, values of records, and whatever is beyond 8 KiB', () => {
    const { log, lines } = fixture();
    const op = log.start(read);
    op.error('Name: data value too large: Jane Doe (max length=255)', {
      values: { Name: 'Jane' },
      authorization: 'Bearer x',
      note: 'hunter2',
      nested: [{ password: 'p' }],
    });
    op.info('x'.repeat(1_000_000));
    log.flush();
    const [line, long] = lines();
    expect(line?.message).toBe('Name: data value too large: [value] (max length=255)');
    expect(JSON.parse(line!.details!)).toEqual({
      authorization: '[secret]',
      note: '[secret]',
      nested: [{ password: '[secret]' }],
    });
    expect(long!.message.length).toBeLessThan(8300);
  });

  it('keep record values when asked to', () => {
    const { log, lines } = fixture({ logValues: true });
    log.start(read).info('row', { values: { Name: 'Jane' } });
    log.flush();
    expect(JSON.parse(lines()[0]!.details!)).toEqual({ values: { Name: 'Jane' } });
  });

  it('take any text and any details without throwing', () => {
    const { log, lines } = fixture();
    const op = log.start(read);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.object({ withBigInt: true, withDate: true }),
        (message, details) => {
          op.info(message, details);
        },
      ),
    );
    log.flush();
    expect(lines().length).toBeGreaterThan(99);
    for (const line of lines()) expect(() => JSON.parse(line.details!)).not.toThrow();
  });

  it('of subscribe events belong to a stream and to no operation', () => {
    const { log, state } = fixture();
    const stream = { action: 'subscribe', object: 'Account', groupRef: 'quayline' } as const;
    log.stream(stream).info('12 events delivered');
    log.stream(stream).info('3 events delivered');
    log.flush();
    expect(state.db.prepare('SELECT count(*) AS n FROM operations').get()).toMatchObject({ n: 0 });
    expect(state.db.prepare('SELECT DISTINCT source FROM log_lines').all()).toEqual([{ source: -1 }]);
  });
});

it('an operation set aside is taken up again with its counts and metadata', () => {
  const { log, operation } = fixture();
  const op = log.start({ ...read, action: 'write', metadata: { queued: 3 } });
  op.progress({ records: 3 });
  op.setAside();
  expect(operation(op.id)).toMatchObject({ status: 'in_progress', process: null });
  const again = log.reopen(op.id);
  again?.annotate({ attempt: 2 });
  again?.succeed('Written');
  expect(operation(op.id)).toMatchObject({ status: 'success', counts: '{"records":3}' });
  expect(JSON.parse(operation(op.id).metadata as string)).toEqual({ queued: 3, attempt: 2 });
  expect(log.reopen(op.id)).toBeUndefined();
});
