import { readFileSync } from 'node:fs';
import { AmpError } from '../errors/amp-error.ts';
import { type DeployPlan, parsePlan } from '../plan/saved-plan.ts';

/** A plan saved by `amp diff --out`. Throws `file-unreadable`, `deploy-plan-invalid`. */
export function loadPlan(path: string): DeployPlan {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new AmpError({ code: 'file-unreadable', message: `${path}: ${(error as Error).message}`, cause: error });
  }
  return parsePlan(text, path);
}
