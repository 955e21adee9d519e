import { defineErrors } from '../define-errors.ts';

export const subscribeErrors = defineErrors({});
