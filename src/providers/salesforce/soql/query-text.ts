export interface QueryParts {
  columns: readonly string[];
  object: string;
  /** Each already safe; joined with AND. */
  conditions?: readonly string[];
  orderBy?: readonly string[];
  limit?: number | undefined;
}

/** `SELECT … FROM … WHERE … ORDER BY … LIMIT …`, on one line. */
export function renderQuery(parts: QueryParts): string {
  return `SELECT ${parts.columns.join(', ')} FROM ${parts.object}${clauses(parts)}`;
}

/** The same rows, counted. */
export function renderCountQuery(parts: Omit<QueryParts, 'columns'>): string {
  return `SELECT COUNT() FROM ${parts.object}${clauses({ conditions: parts.conditions ?? [] })}`;
}

function clauses(parts: Pick<QueryParts, 'conditions' | 'orderBy' | 'limit'>): string {
  let text = '';
  if (parts.conditions?.length) text += ` WHERE ${parts.conditions.join(' AND ')}`;
  if (parts.orderBy?.length) text += ` ORDER BY ${parts.orderBy.join(', ')}`;
  if (parts.limit !== undefined) text += ` LIMIT ${parts.limit}`;
  return text;
}
