import { defineErrors } from '../define-errors.ts';

export const destinationErrors = defineErrors({});
