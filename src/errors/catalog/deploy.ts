import { defineErrors } from '../define-errors.ts';

export const deployErrors = defineErrors({});
