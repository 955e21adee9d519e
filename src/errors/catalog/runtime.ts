import { defineErrors } from '../define-errors.ts';

export const runtimeErrors = defineErrors({});
