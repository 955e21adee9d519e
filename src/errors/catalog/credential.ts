import { defineErrors } from '../define-errors.ts';

export const credentialErrors = defineErrors({});
