/** What `amp logs` needs, loaded at once: each `import()` more would cost it half a millisecond. */
export { lineJson } from '../operations/line-json.ts';
export { showLogs } from '../operations/show-logs.ts';
export { unknownNames } from '../operations/unknown-names.ts';
export { parseSpan } from '../platform/moment.ts';
export { findDeliveryTroubles } from '../status/judge-destination.ts';
export { renderFindings } from '../views/findings.ts';
export { renderIncident } from '../views/operations/incident.ts';
export { createLineRenderer } from '../views/operations/log-lines.ts';
export { withState } from './with-state.ts';
