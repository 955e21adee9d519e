/** What `amp operations` needs, loaded at once: each `import()` more would cost it half a millisecond. */
export { findOperations } from '../../operations/find-operations.ts';
export { closeInterruptedOperations } from '../../operations/interrupted.ts';
export { unknownNames } from '../../operations/unknown-names.ts';
export { parseSpan } from '../../platform/moment.ts';
export { renderOperationList } from '../../views/operations/operation-list.ts';
export { withState } from '../with-state.ts';
