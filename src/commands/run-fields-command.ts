import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import { fileUnreadable } from '../platform/files.ts';
import type { ApplyOutcome } from '../providers/salesforce/custom-fields/apply-fields.ts';
import type { FieldsPlan } from '../providers/salesforce/custom-fields/plan-fields.ts';

export interface FieldsResult extends ApplyOutcome {
  /** Alias. */
  org: string;
  dryRun: boolean;
}

/** File → plan → question → org. Throws `fields-…`, `org-…`, `salesforce-…`. */
export async function applyFieldsFile(
  context: Context,
  file: string,
  flags: { org?: string; yes?: boolean; 'dry-run'?: boolean },
): Promise<FieldsResult> {
  const { parseFieldsFile } = await import('../custom-fields/parse-fields-file.ts');
  const { openOrg } = await import('../providers/open-org.ts');
  const { planFields } = await import('../providers/salesforce/custom-fields/plan-fields.ts');
  const { applyFields } = await import('../providers/salesforce/custom-fields/apply-fields.ts');
  const { renderFieldsPlan } = await import('../views/custom-fields.ts');
  const { output, signal } = context;
  const { definitions, diagnostics } = parseFieldsFile(file, await readBytes(context, file));
  if (diagnostics.length > 0) {
    throw new AmpError({ code: diagnostics[0]!.code, message: `${file} has errors.`, diagnostics });
  }
  const { org, client } = await openOrg(context, flags.org);
  const plan = await planFields(client, definitions, signal);
  output.notice(renderFieldsPlan(plan, { alias: org.alias, style: output.errorStyle, width: output.width }));
  if (flags['dry-run'] || !hasChanges(plan)) {
    return { ...unchanged(plan), org: org.alias, dryRun: flags['dry-run'] ?? false };
  }
  if (!flags.yes && !(await context.prompt.confirm(`Change ${org.alias}?`, { flag: '--yes', default: false }))) {
    throw new AmpError({ code: 'fields-refused', message: `${org.alias} is unchanged.` });
  }
  const progress = output.progress('Making custom fields');
  let done = 0;
  const outcome = await applyFields(client, plan, {
    signal,
    onField: ({ objectName, fieldName }) =>
      progress.update({ done: done++, total: plan.fields.length, text: `${objectName}.${fieldName}` }),
  }).finally(() => progress.stop());
  return { ...outcome, org: org.alias, dryRun: false };
}

function hasChanges({ fields, permissionSet }: FieldsPlan): boolean {
  return fields.some(({ action }) => action !== 'none') || permissionSet.grants.length > 0 || permissionSet.assign;
}

/** The plan in the shape of an outcome: what a run would do, or that there is nothing to do. */
function unchanged({ fields, permissionSet }: FieldsPlan): ApplyOutcome {
  const byObject: ApplyOutcome['fields'] = {};
  for (const { objectName, fieldName, action, warnings } of fields) {
    byObject[objectName] = { ...byObject[objectName], [fieldName]: { fieldName, action, warnings } };
  }
  const { name, action, grants, assign } = permissionSet;
  const granted = grants.map(({ field }) => field);
  return {
    success: true,
    fields: byObject,
    permissionSet: { name, action, granted, assigned: assign ? 'create' : 'none', refused: [] },
  };
}

async function readBytes(context: Context, file: string): Promise<Buffer> {
  if (file === '-') return context.stdin();
  const path = resolve(context.cwd, file);
  try {
    return await readFile(path);
  } catch (error) {
    throw fileUnreadable(path, error);
  }
}
