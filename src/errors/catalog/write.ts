import { defineErrors } from '../define-errors.ts';

export const writeErrors = defineErrors({});
