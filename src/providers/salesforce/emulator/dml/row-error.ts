import type { RowError, RowResult } from '../org.ts';

/** A refusal of one row; carried by exception inside a row operation and turned into a RowResult at its edge. */
export class RowRefusal extends Error {
  readonly status: number;
  readonly errors: RowError[];
  readonly matches: string[] | undefined;

  constructor(errors: RowError[], status = 400, matches?: string[]) {
    super(errors[0]?.message);
    this.errors = errors;
    this.status = status;
    this.matches = matches;
  }
}

export function refuse(statusCode: string, message: string, fields: string[] = [], status = 400): RowRefusal {
  return new RowRefusal([{ statusCode, message, fields }], status);
}

export function failedRow(refusal: RowRefusal, id?: string): RowResult {
  return {
    success: false,
    status: refusal.status,
    errors: refusal.errors,
    ...(id !== undefined && { id }),
    ...(refusal.matches && { matches: refusal.matches }),
  };
}
