import { readFileSync } from 'node:fs';
import { type DeployPlan, parsePlan } from '../plan/saved-plan.ts';
import { fileUnreadable } from '../platform/files.ts';

/** A plan saved by `amp diff --out`. Throws `file-unreadable`, `deploy-plan-invalid`. */
export function loadPlan(path: string): DeployPlan {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw fileUnreadable(path, error);
  }
  return parsePlan(text, path);
}
