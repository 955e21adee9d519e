import { defineErrors } from '../define-errors.ts';

/** `amp run`. */
export const runtimeErrors = defineErrors({
  'runtime-running': {
    summary: 'Another amp run works on this state folder.',
    remedy: 'One runner per project: stop the other one, or give this one a state folder of its own (AMP_STATE_DIR).',
  },
});
