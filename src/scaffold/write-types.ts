import { relative, resolve } from 'node:path';
import type { Context } from '../cli/context.ts';
import { locateProject } from '../config/project.ts';
import { AmpError } from '../errors/amp-error.ts';
import { writeTextFile } from '../platform/write-text-file.ts';
import { checkTarget } from '../validation/check-files.ts';
import { findTargets } from '../validation/targets.ts';
import { renderMessageTypes } from './message-types.ts';

export interface TypesResult {
  /** The file written; absent when the types themselves are the result. */
  file?: string;
  types: string;
}

/** TypeScript of the messages of one manifest. Throws `manifest-invalid` with the findings, `org-…`, `file-unwritable`. */
export async function writeTypes(
  context: Context,
  path: string | undefined,
  flags: { org?: string; out?: string },
): Promise<TypesResult> {
  const [target] = await findTargets(context.cwd, [path ?? locateProject(context).manifestFile]);
  const { result } = await checkTarget(target!, context.stdin, {});
  if (!result.manifest) {
    throw new AmpError({
      code: 'manifest-invalid',
      message: `${target!.file} has errors.`,
      diagnostics: result.diagnostics.filter((diagnostic) => diagnostic.severity === 'error'),
    });
  }
  const org =
    flags.org === undefined
      ? undefined
      : await (await (await import('../validation/ask-org.ts')).openOrgSchema(context, flags.org)).schemaFor(
          result.draft,
        );
  const types = renderMessageTypes(result.manifest, target!.file, org);
  if (flags.out === undefined) return { types };
  const file = resolve(context.cwd, flags.out);
  await writeTextFile(file, types);
  return { types, file: relative(context.cwd, file) || file };
}
