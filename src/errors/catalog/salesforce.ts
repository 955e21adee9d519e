import { defineErrors } from '../define-errors.ts';

export const salesforceErrors = defineErrors({});
