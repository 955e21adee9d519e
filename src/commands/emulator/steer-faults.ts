import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../cli/context.ts';
import { AmpError } from '../../errors/amp-error.ts';
import { callAdmin, type FaultView, findEmulator } from '../../providers/salesforce/index.ts';

interface FaultFlags {
  count?: number;
  rate?: number;
  skip?: number;
  path?: string;
  method?: string;
  at?: number;
  ms?: number;
  rows?: number;
  port?: number;
}

export interface FaultsResult {
  action: string;
  active: FaultView[];
  available?: { name: string; summary: string }[];
}

/** Adds, lists, clears or applies faults on the running emulator, and answers what is active then. */
export async function steerFaults(
  context: Context,
  input: { action: string; name: string | undefined; flags: FaultFlags },
): Promise<FaultsResult> {
  const { action, name, flags } = input;
  const { url } = await findEmulator(context.config.dataDir, flags.port);
  if (action === 'add') await callAdmin(url, 'POST', '/faults', newFault(name, flags));
  else if (action === 'apply') await callAdmin(url, 'POST', '/faults', readFaultFile(context, name));
  else if (action === 'clear') await callAdmin(url, 'DELETE', name === undefined ? '/faults' : `/faults/${name}`);
  else if (action !== 'list') {
    throw new AmpError({ code: 'usage', message: `"${action}" is not one of add, list, clear, apply.` });
  }
  const { active, available } = await callAdmin<Required<Pick<FaultsResult, 'active' | 'available'>>>(
    url,
    'GET',
    '/faults',
  );
  return { action, active, ...(action === 'list' ? { available } : {}) };
}

function newFault(name: string | undefined, { count, rate, skip, path, method, at, ms, rows }: FaultFlags) {
  if (name === undefined) {
    throw new AmpError({ code: 'usage', message: 'Which fault?', hint: 'amp emulator fault list names them.' });
  }
  const match = defined({ path, method });
  const effect = defined({ at, ms, rows });
  return { name, ...defined({ count, rate, skip }), ...(match ? { match } : {}), ...(effect ? { effect } : {}) };
}

function defined<Fields extends object>(fields: Fields): Partial<Fields> | undefined {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given.length > 0 ? (Object.fromEntries(given) as Partial<Fields>) : undefined;
}

function readFaultFile(context: Context, name: string | undefined): unknown {
  if (name === undefined) throw new AmpError({ code: 'usage', message: 'Which file?' });
  try {
    return JSON.parse(readFileSync(resolve(context.cwd, name), 'utf8'));
  } catch (error) {
    throw new AmpError({ code: 'emulator-data-invalid', message: `${name}: ${(error as Error).message}.` });
  }
}
