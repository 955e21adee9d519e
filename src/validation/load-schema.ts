import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AmpError } from '../errors/amp-error.ts';
import { type JsonSchema, manifestJsonSchema } from '../manifest/json-schema.ts';

/** The schema of the manifest, or of a command's JSON as published in schemas/output/. Throws `usage`. */
export async function loadSchema(what: string, command: string | undefined): Promise<JsonSchema> {
  if (what === 'manifest') return manifestJsonSchema();
  if (what !== 'output') {
    throw new AmpError({
      code: 'usage',
      message: `There is no schema "${what}".`,
      hint: 'amp schema manifest, or amp schema output <command>.',
    });
  }
  const folder = join(packageRoot(), 'schemas', 'output');
  const names = readdirSync(folder)
    .map((name) => name.replace(/\.schema\.json$/, ''))
    .sort();
  if (command === undefined || !names.includes(command)) {
    const message = command === undefined ? 'Which command?' : `There is no schema for the output of "${command}".`;
    throw new AmpError({ code: 'usage', message, hint: `There are ${names.join(', ')}.` });
  }
  return JSON.parse(readFileSync(join(folder, `${command}.schema.json`), 'utf8'));
}

/** The folder of our package.json, from dist/ as from src/. */
function packageRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json')) && dirname(dir) !== dir) dir = dirname(dir);
  return dir;
}
