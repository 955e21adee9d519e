import { defineErrors } from '../define-errors.ts';

export const readErrors = defineErrors({});
