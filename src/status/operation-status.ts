import { countOperations, type OperationRecord } from '../operations/find-operations.ts';
import { findIncidents } from '../operations/incidents.ts';
import type { State } from '../store/state.ts';
import type { Findings } from './status.ts';

export interface OperationCountsStatus {
  running: number;
  failedLast24h: number;
  /** Things that fail and have not worked since. */
  openIncidents: number;
}

const dayMs = 86_400_000;

/** Failures of the last day that nothing has made good; reads of installations are judged with their installation. */
export function gatherOperations({ db }: State, now: number, found: Findings): OperationCountsStatus {
  const incidents = findIncidents(db, { since: now - dayMs, limit: 20 });
  for (const { operation, failures } of incidents) {
    if (operation.actionType === 'read' && operation.installationId) continue;
    // Whoever made the call has had its answer.
    if (operation.actionType === 'proxy' || operation.actionType === 'search') continue;
    if (wasRefused(operation)) continue;
    const whom = operation.groupRef ? ` for ${operation.groupRef}` : '';
    const why = operation.error?.causes[0] ?? operation.error?.title ?? operation.result ?? 'failed';
    const times = failures > 1 ? `, ${failures} times` : '';
    found.attention.push({
      kind: 'operation',
      subject: `${operation.actionType}${operation.object ? ` ${operation.object}` : ''}${whom}`,
      message: `${why.replace(/\.$/, '')}${times}`,
      remedy: operation.error?.remedy ?? `amp operations explain ${operation.id}`,
    });
  }
  return {
    running: countOperations(db, 'in_progress'),
    failedLast24h: countOperations(db, 'failure', now - dayMs),
    openIncidents: incidents.length,
  };
}

/** A name that the org does not know, given by hand: nothing was read, and nothing fails that ever worked. */
function wasRefused({ actionType, installationId, error }: OperationRecord): boolean {
  return actionType === 'read' && installationId === undefined && error?.code === 'salesforce-object-unknown';
}
