import { defineErrors } from '../define-errors.ts';

export const orgErrors = defineErrors({});
