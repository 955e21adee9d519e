import { mostCollectionRows, planCollectionCall } from './collection-call.ts';
import { mostParts, planPartsCall } from './parts-call.ts';
import { planRecordCall } from './record-call.ts';
import type { CallPlan, SendRow, WriteCall } from './write-call.ts';

/** The fewest calls that keep what was promised: one record, collections, or parts with a condition each. Pure. */
export function planCalls(plan: CallPlan, rows: readonly SendRow[]): WriteCall[] {
  if (rows.length === 1) return [planRecordCall(plan, rows[0]!)];
  const isConditional = rows.some(({ unmodifiedSince }) => unmodifiedSince !== undefined);
  if (!isConditional) return slices(rows, mostCollectionRows).map((chunk) => planCollectionCall(plan, chunk));
  return slices(rows, plan.allOrNone ? rows.length : mostParts).map((chunk) => planPartsCall(plan, chunk));
}

function slices<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
