import { defineErrors } from '../define-errors.ts';

export const operationErrors = defineErrors({});
