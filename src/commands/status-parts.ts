/** What `amp status` needs, loaded at once: each `import()` more would cost it half a millisecond. */
export { closeInterruptedOperations } from '../operations/interrupted.ts';
export { openOrgRegistry } from '../orgs/registry.ts';
export { gatherStatus } from '../status/status.ts';
export { renderStatus } from '../views/status.ts';
export { withState } from './with-state.ts';
