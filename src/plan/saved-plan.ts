import type { DeployBase } from '../environments/environment.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { Plan } from './plan.ts';

/** A plan bound to what it was made from: one manifest, one environment, one deployed state. */
export interface DeployPlan extends Plan {
  version: 1;
  environment: { kind: 'local' | 'hosted'; name: string };
  /** What the manifest was compared with: `revision 3`, a file, `nothing`. */
  against: string;
  base: DeployBase;
  manifest: {
    file: string;
    /** SHA-256 of the file's bytes. */
    sha256: string;
    /** SHA-256 of what it means (plan/canonical.ts). */
    contentHash: string;
  };
  /** Deployed integrations the manifest does not name and a deploy leaves alone. */
  unmanaged: string[];
}

/** A plan saved by `amp diff --out`. Throws `deploy-plan-invalid`. */
export function parsePlan(text: string, file: string): DeployPlan {
  const invalid = (why: string) => new AmpError({ code: 'deploy-plan-invalid', message: `${file} ${why}.` });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('is not JSON');
  }
  const plan = value as Partial<DeployPlan> | null;
  if (plan?.version !== 1) throw invalid('is not a plan of this version of amp');
  const complete =
    Array.isArray(plan.changes) && plan.summary && plan.base && plan.manifest?.sha256 && plan.environment?.kind;
  if (!complete) throw invalid('is not a complete plan');
  return plan as DeployPlan;
}

/** Refuses a saved plan that says something else than the plan made now. Throws `deploy-…`. */
export function assertSamePlan(saved: DeployPlan, now: DeployPlan): void {
  if (saved.environment.kind !== now.environment.kind || saved.environment.name !== now.environment.name) {
    throw new AmpError({
      code: 'deploy-plan-invalid',
      message: `The plan was made for ${saved.environment.name}, not for ${now.environment.name}.`,
    });
  }
  if (saved.base.lineage !== now.base.lineage || saved.base.serial !== now.base.serial) {
    throw new AmpError({
      code: 'deploy-base-moved',
      message: `The plan was made against ${saved.against}; ${now.against} is deployed now.`,
    });
  }
  if (saved.manifest.sha256 !== now.manifest.sha256) {
    throw new AmpError({
      code: 'deploy-manifest-changed',
      message: `${now.manifest.file} is not the file the plan was made from.`,
    });
  }
}
