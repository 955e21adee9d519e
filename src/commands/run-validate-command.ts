/** What a run of `amp validate` needs, loaded at once: a second `import()` for its text would cost it 2 ms. */
export { runValidate } from '../validation/run-validate.ts';
export { validateView } from '../views/validate.ts';
