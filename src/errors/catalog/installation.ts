import { defineErrors } from '../define-errors.ts';

export const installationErrors = defineErrors({});
