import { defineErrors } from '../define-errors.ts';

export const emulatorErrors = defineErrors({});
