/** What a SOQL text says, before any schema is looked at. `at` is the offset of the first character in the source. */
export interface Query {
  select: SelectItem[];
  from: FromItem[];
  scope: string | null;
  where: Condition | null;
  groupBy: GroupBy | null;
  having: Condition | null;
  orderBy: OrderItem[];
  limit: number | null;
  offset: number | null;
  allRows: boolean;
  at: number;
}

export interface FromItem {
  /** An object, a child relationship in a subquery, or `alias.Relationship` further in a list. */
  path: string[];
  alias: string | null;
  at: number;
}

export type SelectItem =
  | { kind: 'operand'; operand: Operand; alias: string | null; at: number }
  | { kind: 'fields'; group: 'ALL' | 'STANDARD' | 'CUSTOM'; at: number }
  | { kind: 'subquery'; query: Query; at: number }
  | { kind: 'typeof'; path: string[]; whens: { object: string; fields: Path[] }[]; otherwise: Path[]; at: number };

export interface Path {
  kind: 'path';
  parts: string[];
  at: number;
}

export interface Call {
  kind: 'call';
  /** As written. */
  name: string;
  args: (Operand | Literal)[];
  at: number;
}

export type Operand = Path | Call;

export type Literal =
  | { kind: 'string'; value: string; at: number }
  | { kind: 'number'; text: string; at: number }
  | { kind: 'boolean'; value: boolean; at: number }
  | { kind: 'null'; at: number }
  | { kind: 'date'; text: string; at: number }
  | { kind: 'datetime'; text: string; at: number }
  | { kind: 'time'; text: string; at: number }
  | { kind: 'dateLiteral'; name: string; count: number | null; at: number };

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE';

export type Condition =
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'compare'; left: Operand; operator: Comparison; right: Literal; at: number }
  | { kind: 'in'; left: Operand; negated: boolean; values: Literal[]; at: number }
  | { kind: 'join'; left: Operand; negated: boolean; query: Query; at: number }
  | { kind: 'includes'; left: Operand; negated: boolean; values: Literal[]; at: number };

export interface GroupBy {
  kind: 'plain' | 'rollup' | 'cube';
  items: Operand[];
}

export interface OrderItem {
  operand: Operand;
  descending: boolean;
  /** SOQL puts nulls first in both directions unless told otherwise. */
  nullsLast: boolean;
  at: number;
}
