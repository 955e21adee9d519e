import { execFileSync } from 'node:child_process';

/** Builds dist/ once before any test, so that end-to-end tests run what users run. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
