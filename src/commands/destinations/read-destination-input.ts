import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../../cli/context.ts';
import type { NewDestination } from '../../destinations/add-destination.ts';
import { AmpError } from '../../errors/amp-error.ts';

interface Flags {
  url?: string;
  folder?: string;
  stdout?: boolean;
  header?: string[];
  'allow-private-network'?: boolean;
}

/** The destination the flags describe. Throws `usage` when they describe none or two, `file-unreadable`. */
export async function readDestinationInput(context: Context, name: string, flags: Flags): Promise<NewDestination> {
  const given = [flags.url !== undefined, flags.folder !== undefined, flags.stdout === true].filter(Boolean);
  if (given.length !== 1) {
    throw new AmpError({
      code: 'usage',
      message: 'A destination is one of --url, --folder and --stdout.',
      hint: `amp destinations add ${name} --url https://…`,
    });
  }
  if (flags.folder !== undefined) return { name, kind: 'file', folder: resolve(context.cwd, flags.folder) };
  if (flags.stdout) return { name, kind: 'stdout' };
  const headers: Record<string, string> = {};
  for (const header of flags.header ?? []) {
    const at = header.indexOf('=');
    if (at < 1) {
      throw new AmpError({ code: 'usage', message: 'A header is name=value, name=- (stdin) or name=@file.' });
    }
    headers[header.slice(0, at)] = await readValue(context, header.slice(at + 1));
  }
  const allowPrivateNetwork = flags['allow-private-network'] ?? false;
  return { name, kind: 'webhook', url: flags.url!, headers, allowPrivateNetwork };
}

async function readValue(context: Context, value: string): Promise<string> {
  if (value === '-') return (await context.stdin()).toString('utf8').trimEnd();
  if (!value.startsWith('@')) return value;
  const path = resolve(context.cwd, value.slice(1));
  try {
    return (await readFile(path, 'utf8')).trimEnd();
  } catch (error) {
    throw new AmpError({ code: 'file-unreadable', message: `Cannot read ${path}.`, cause: error });
  }
}
