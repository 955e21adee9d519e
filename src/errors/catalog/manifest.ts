import { defineErrors } from '../define-errors.ts';

export const manifestErrors = defineErrors({});
