import { defineErrors } from '../define-errors.ts';

/** Operations and their logs. */
export const operationErrors = defineErrors({
  'operation-not-found': {
    summary: 'There is no operation with this id in this project.',
    remedy: 'List them with amp operations.',
  },
  'operation-failed': {
    summary: 'The operation could not do what it was asked to, for the reason its result gives.',
    remedy: 'Read its lines: amp logs <operation>.',
  },
  'operation-interrupted': {
    summary: 'The process of an operation ended before the operation did (killed, crashed, power cut).',
    remedy: 'Run the command again; nothing that was committed is lost.',
    retryable: true,
  },
  'operation-outcome-unknown': {
    summary: 'A write was sent, but its answer never came: the org may have applied it or not.',
    remedy: 'Look at the record in the org before sending the write again.',
  },
});
