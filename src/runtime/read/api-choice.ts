import { groupDigits } from '../../platform/group-digits.ts';

/** Up to here one REST page holds everything; above it a bulk job costs fewer calls and is faster. */
export const restThreshold = 2000;

export interface ApiChoice {
  api: 'rest' | 'bulk';
  /** One clause for people: why this one. */
  reason: string;
}

export interface ChoiceInput {
  forced: 'auto' | 'rest' | 'bulk';
  /** Rows to expect; undefined when the org could not count in time. */
  estimate: number | undefined;
  threshold?: number;
  /** Object or columns that Bulk does not take, in words. */
  bulkProblem?: string | undefined;
}

/** REST for what fits a page, Bulk for more; `--api` decides otherwise. */
export function chooseApi(input: ChoiceInput): ApiChoice {
  const threshold = input.threshold ?? restThreshold;
  if (input.forced !== 'auto') return { api: input.forced, reason: `asked for with --api ${input.forced}` };
  if (input.estimate === undefined) return { api: 'bulk', reason: 'the org could not count the rows in time' };
  const rows = `${groupDigits(input.estimate)} ${input.estimate === 1 ? 'row' : 'rows'}`;
  if (input.estimate <= threshold)
    return { api: 'rest', reason: `${rows}, at most ${groupDigits(threshold)} go by REST` };
  if (input.bulkProblem) return { api: 'rest', reason: `${rows}, but ${input.bulkProblem}` };
  return { api: 'bulk', reason: `${rows}, more than ${groupDigits(threshold)} go by Bulk` };
}
