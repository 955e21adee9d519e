import { expect, test } from 'vitest';
import type { FileOutput } from '../../src/commands/run-write-command.ts';
import { plainStyle } from '../../src/output/style.ts';
import { renderWrite } from '../../src/views/write.ts';

const file = (errors: FileOutput['errors'], failureCount: number) =>
  renderWrite(
    {
      kind: 'file',
      success: false,
      output: {
        operationId: 'op_1',
        success: false,
        successCount: 0,
        failureCount,
        unknownCount: 0,
        errors,
        warnings: [],
        jobs: ['750'],
        apiCalls: 9,
      } as unknown as FileOutput,
    },
    plainStyle,
    80,
  );

const reason =
  'The ingest job 750Am000000000NIAQ ended as Failed before this record: ExceededQuota : ApiBatchItems Limit exceeded.';

test('one reason of many records is told once, and whole', () => {
  const errors = Array.from({ length: 200 }, (_, index) => ({ index, message: reason, code: 'x' }));
  const text = file(errors, 2_500);
  expect(text.replace(/\s+/g, ' ')).toContain(`0, 1, … ${reason}`);
  expect(text.split('ExceededQuota')).toHaveLength(2);
  expect(text).toContain('… and 2,300 records more');
  expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
});

test('reasons of their own keep a line each', () => {
  const text = file(
    [
      { index: 3, message: 'Name is missing', code: 'x' },
      { index: 7, message: reason, code: 'x' },
    ],
    2,
  );
  expect(text).toMatch(/\n\s*3 {2}Name is missing\n\s*7 {2}The ingest job/);
  expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
});
