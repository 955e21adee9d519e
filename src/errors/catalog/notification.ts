import { defineErrors } from '../define-errors.ts';

export const notificationErrors = defineErrors({});
