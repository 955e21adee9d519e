/** What a deploy would do, as data: printed as text, Markdown or JSON, saved to a file, bound to what it was made from. */
export interface Plan {
  changes: Change[];
  summary: PlanSummary;
}

export interface Change {
  action: 'create' | 'update' | 'delete';
  kind: ChangeKind;
  /** Name of the integration. */
  integration: string;
  /** By name, not by position: `pipelineSync.read.opportunity.mappings.stage` (plan/path.ts). */
  path: string;
  /** A move or rename: the path it had; `before` and `after` are then the whole things. */
  from?: string;
  /** Absent = was not there. */
  before?: Json;
  after?: Json;
  impact: Impact[];
}

export type ChangeKind =
  | 'integration'
  | 'read-object'
  | 'subscribe-object'
  | 'write-object'
  | 'field'
  | 'mapping'
  | 'proxy'
  | 'watch-schema';

/** `breaking`: some customer loses data, a name, or must act. `notice`: works on, but differently. */
export type ImpactLevel = 'safe' | 'notice' | 'breaking';

export interface Impact {
  level: ImpactLevel;
  /** One sentence. */
  message: string;
  /** Who is affected; absent = nobody in particular. */
  installations?: AffectedInstallation[];
}

export interface AffectedInstallation {
  id: string;
  groupRef: string;
  groupName: string;
}

export interface PlanSummary {
  create: number;
  update: number;
  delete: number;
  /** Changes with at least one breaking impact. */
  breaking: number;
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Counts by action, and how many changes break something. */
export function summarizeChanges(changes: readonly Change[]): PlanSummary {
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  return {
    create: count('create'),
    update: count('update'),
    delete: count('delete'),
    breaking: changes.filter(isBreaking).length,
  };
}

export function isBreaking(change: Change): boolean {
  return change.impact.some((impact) => impact.level === 'breaking');
}
