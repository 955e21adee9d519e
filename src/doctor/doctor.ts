import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import { catalog } from '../errors/catalog.ts';
import { checkCredentials } from './credential-checks.ts';
import { checkMachine } from './machine-checks.ts';
import { checkManifestFile } from './manifest-check.ts';
import { checkOrgs } from './org-checks.ts';
import { checkState } from './state-checks.ts';

/** One thing looked at. The id is stable; `fix` is there when something is to be done. */
export interface Check {
  id: string;
  result: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found, one sentence. */
  message: string;
  fix?: string;
}

export interface Examination {
  /** False when a check failed. */
  healthy: boolean;
  checks: Check[];
}

export interface DoctorWorld extends Pick<Context, 'cwd' | 'config' | 'clock' | 'output' | 'signal' | 'version'> {
  /** Ask no org. */
  offline: boolean;
  /** Alias; the orgs of the project or the default one when absent. */
  org: string | undefined;
}

/** Looks at everything amp stands on. A check that throws is a failed check, never a failed doctor. */
export async function examine(world: DoctorWorld): Promise<Examination> {
  const checks: Check[] = [...(await guard('machine', () => checkMachine(world)))];
  const { checks: manifestChecks, manifest } = checkManifestFile(world);
  checks.push(...manifestChecks);
  const state = await guard('state', () => checkState(world));
  checks.push(...state);
  checks.push(...(await guard('credentials', () => checkCredentials(world))));
  checks.push(...(await guard('orgs', () => checkOrgs(world, manifest))));
  return { healthy: checks.every(({ result }) => result !== 'failed'), checks };
}

async function guard(id: string, work: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await work();
  } catch (error) {
    return [failed(id, error)];
  }
}

/** A check that ended with an error: its message, and its remedy as the fix. */
export function failed(id: string, error: unknown, fix?: string): Check {
  const remedy = fix ?? (error instanceof AmpError ? (error.hint ?? catalog[error.code]?.remedy) : undefined);
  const message = error instanceof Error ? error.message : String(error);
  return { id, result: 'failed', message, ...(remedy === undefined ? {} : { fix: remedy }) };
}
