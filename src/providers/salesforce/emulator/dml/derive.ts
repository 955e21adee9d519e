import type { SqlValue } from '../../../../store/database.ts';
import { dayIn } from '../soql/time-zone.ts';

export type Row = Record<string, SqlValue>;

/** What the platform fills in by itself when a row is written; `before` is null on create. Changes `row`. */
export function deriveValues(object: string, row: Row, before: Row | null, now: number): void {
  derivers[object]?.(row, before, now);
}

const composeName = (row: Row): void => {
  row.Name = [row.FirstName, row.LastName].filter((part) => part !== null && part !== undefined).join(' ');
};

/** Stage → probability, closed, won, forecast category and its name. */
const stages: Record<string, [number, boolean, boolean, string, string]> = {
  Prospecting: [10, false, false, 'Pipeline', 'Pipeline'],
  Qualification: [10, false, false, 'Pipeline', 'Pipeline'],
  'Needs Analysis': [20, false, false, 'Pipeline', 'Pipeline'],
  'Value Proposition': [50, false, false, 'Pipeline', 'Pipeline'],
  'Id. Decision Makers': [60, false, false, 'Pipeline', 'Pipeline'],
  'Perception Analysis': [70, false, false, 'Pipeline', 'Pipeline'],
  'Proposal/Price Quote': [75, false, false, 'Pipeline', 'Pipeline'],
  'Negotiation/Review': [90, false, false, 'Pipeline', 'Pipeline'],
  'Closed Won': [100, true, true, 'Closed', 'Closed'],
  'Closed Lost': [0, true, false, 'Omitted', 'Omitted'],
};

const derivers: Record<string, (row: Row, before: Row | null, now: number) => void> = {
  Contact: composeName,
  Lead: composeName,
  User: (row, before) => {
    composeName(row);
    if (!before) row.UserType ??= 'Standard';
  },
  Opportunity: deriveOpportunity,
  Case: (row, before, now) => {
    row.IsClosed = row.Status === 'Closed';
    if (!row.IsClosed) row.ClosedDate = null;
    else if (!before?.IsClosed) row.ClosedDate = Math.floor(now / 1000) * 1000;
  },
  Task: (row, before, now) => {
    row.IsClosed = row.Status === 'Completed';
    row.IsHighPriority = row.Priority === 'High';
    if (!row.IsClosed) row.CompletedDateTime = null;
    else if (!before?.IsClosed) row.CompletedDateTime = Math.floor(now / 1000) * 1000;
  },
  Event: deriveEvent,
  CampaignMember: (row) => {
    row.HasResponded = row.Status === 'Responded';
  },
  OpportunityLineItem: (row) => {
    const quantity = Number(row.Quantity ?? 0);
    if (row.UnitPrice === null || row.UnitPrice === undefined) {
      row.UnitPrice = quantity === 0 ? 0 : Number(row.TotalPrice ?? 0) / quantity;
    }
    row.TotalPrice = quantity * Number(row.UnitPrice);
  },
};

function deriveOpportunity(row: Row, before: Row | null, now: number): void {
  const [probability, closed, won, category, categoryName] = stages[String(row.StageName)] ?? stages.Prospecting!;
  const moved = before?.StageName !== row.StageName;
  const keepsOwn = before
    ? before.Probability !== row.Probability
    : row.Probability !== null && row.Probability !== undefined;
  if (moved && !keepsOwn) row.Probability = probability;
  row.IsClosed = closed;
  row.IsWon = won;
  row.ForecastCategory = category;
  row.ForecastCategoryName = categoryName;
  if (before && moved) row.LastStageChangeDate = Math.floor(now / 1000) * 1000;
  const amount = row.Amount ?? null;
  row.ExpectedRevenue = amount === null ? null : Math.round(Number(amount) * Number(row.Probability ?? 0)) / 100;
  const close = String(row.CloseDate ?? dayIn(now, 'UTC'));
  row.FiscalYear = Number(close.slice(0, 4));
  row.FiscalQuarter = Math.ceil(Number(close.slice(5, 7)) / 3);
  row.Fiscal = `${row.FiscalYear} ${row.FiscalQuarter}`;
}

/** Start, end and duration: two of them give the third; dates follow. */
function deriveEvent(row: Row, before: Row | null): void {
  const changed = (name: string) => row[name] !== null && row[name] !== undefined && row[name] !== before?.[name];
  if (changed('ActivityDateTime') && !changed('StartDateTime')) row.StartDateTime = row.ActivityDateTime!;
  const start = row.StartDateTime;
  if (typeof start !== 'number') return;
  row.ActivityDateTime = start;
  row.ActivityDate = dayIn(start, 'UTC');
  if (changed('EndDateTime') && typeof row.EndDateTime === 'number') {
    row.DurationInMinutes = Math.round((row.EndDateTime - start) / 60_000);
  }
  const end = start + Number(row.DurationInMinutes ?? 0) * 60_000;
  row.EndDateTime = end;
  row.EndDate = dayIn(end, 'UTC');
}
