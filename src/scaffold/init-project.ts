import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import { manifestJsonSchema } from '../manifest/json-schema.ts';
import { manifestIn } from '../platform/manifest-file.ts';
import { makeStateFolder } from '../platform/state-folder.ts';
import { writeTextFile } from '../platform/write-text-file.ts';
import { renderTemplate, type TemplateName, templateNames, templateProviders, templateSummaries } from './template.ts';

export interface InitFlags {
  provider?: string;
  template?: TemplateName;
  name?: string;
  destination?: string;
  yes?: boolean;
  force?: boolean;
}

export interface InitResult {
  /** As to be shown: relative to the working folder. */
  file: string;
  dir: string;
  provider: string;
  template: TemplateName;
  name: string;
  destination: string;
}

/** Writes a new amp.yaml. Throws `file-exists`, `file-unwritable`, `usage`. */
export async function initProject(context: Context, folder: string | undefined, flags: InitFlags): Promise<InitResult> {
  const dir = resolve(context.cwd, folder ?? '.');
  const existing = manifestIn(dir);
  if (existing && !flags.force) {
    throw new AmpError({
      code: 'file-exists',
      message: `${relative(context.cwd, existing) || existing} exists.`,
      hint: 'Give --force to overwrite it, or name another folder.',
    });
  }
  const answers = await ask(context, flags);
  const stateDir = join(dir, '.amp');
  const schemaPath = '.amp/manifest.schema.json';
  await mkdir(dir, { recursive: true }).catch((error: Error) => {
    throw new AmpError({
      code: 'file-unwritable',
      message: `${dir} cannot be made a folder: ${error.message}.`,
      hint: 'Name another folder.',
      cause: error,
    });
  });
  makeStateFolder(stateDir);
  await writeTextFile(join(dir, schemaPath), `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`);
  const path = existing ?? join(dir, 'amp.yaml');
  await writeTextFile(path, renderTemplate({ ...answers, schemaPath }));
  return { file: relative(context.cwd, path) || path, dir, ...answers };
}

async function ask(context: Context, flags: InitFlags): Promise<Omit<InitResult, 'file' | 'dir'>> {
  const asks = context.prompt.available && !flags.yes;
  const provider = checkProvider(
    flags.provider ??
      (asks
        ? await context.prompt.choose('Which provider?', {
            flag: '--provider',
            choices: templateProviders.map((value) => ({ value, label: value })),
            default: 'salesforce',
          })
        : 'salesforce'),
  );
  const template =
    flags.template ??
    (asks
      ? await context.prompt.choose('What should it do?', {
          flag: '--template',
          choices: templateNames.map((value) => ({ value, label: value, hint: templateSummaries[value] })),
          default: 'crm' as TemplateName,
        })
      : 'crm');
  const suggested = `${provider}Sync`;
  const name =
    flags.name ??
    (asks
      ? await context.prompt.text('Name of the integration?', {
          flag: '--name',
          default: suggested,
          validate: faultOfName,
        })
      : suggested);
  const fault = faultOfName(name);
  if (fault) throw new AmpError({ code: 'usage', message: `--name ${name}: ${fault}` });
  const destination = flags.destination ?? `${provider}Events`;
  if (!/^[A-Za-z0-9-]+$/.test(destination)) {
    throw new AmpError({ code: 'usage', message: '--destination takes letters, digits and dashes.' });
  }
  return { provider, template, name, destination };
}

function faultOfName(name: string): string | undefined {
  return /^[A-Za-z0-9_-]{1,64}$/.test(name) ? undefined : 'Use letters, digits, - and _, at most 64.';
}

function checkProvider(provider: string): string {
  if (templateProviders.includes(provider)) return provider;
  throw new AmpError({
    code: 'usage',
    message: `There is no template for "${provider}".`,
    hint: `Templates exist for ${templateProviders.join(' and ')}.`,
  });
}
