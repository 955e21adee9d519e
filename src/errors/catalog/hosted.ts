import { defineErrors } from '../define-errors.ts';

export const hostedErrors = defineErrors({});
