import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../cli/context.ts';
import { AmpError } from '../../errors/amp-error.ts';
import { callAdmin, findEmulator } from '../../providers/salesforce/index.ts';

interface ChangeInput {
  action: string;
  target: string | undefined;
  id: string | undefined;
  flags: {
    set?: string[];
    user?: string;
    automation?: boolean;
    'audit-fields'?: boolean;
    hold?: boolean;
    port?: number;
  };
}

/** What was asked of the admin endpoint, and its answer, with a sentence for people. */
export interface ChangeResult {
  summary: string;
  ids?: string[];
  [key: string]: unknown;
}

const recordActions = ['create', 'update', 'delete', 'hard-delete', 'undelete'];

export async function changeOrg(context: Context, input: ChangeInput): Promise<ChangeResult> {
  const { action, target = '', id } = input;
  const { url } = await findEmulator(context.config.dataDir, input.flags.port);
  const values = readValues(input.flags.set ?? []);
  if (recordActions.includes(action)) {
    const change = { change: action, object: need(target, 'an object'), ...(id ? { id } : {}), values };
    if (action !== 'create') need(id, 'the id of a record');
    return sendChanges(url, [change], input);
  }
  switch (action) {
    case 'apply':
      return sendChanges(url, readChanges(context, need(target, 'a file')), input);
    case 'commit': {
      const { ids } = await callAdmin<{ ids: string[] }>(
        url,
        'POST',
        `/transactions/${need(target, 'a number')}/commit`,
        {},
      );
      return { summary: `Committed transaction ${target}: ${ids.length} records`, ids };
    }
    case 'clock': {
      const { now } = await callAdmin<{ now: string }>(url, 'POST', '/clock', { advanceMs: durationMs(target) });
      return { summary: `The org’s clock now says ${now}`, now };
    }
    case 'setting': {
      const settings = await callAdmin<Record<string, unknown>>(url, 'PATCH', '/settings', readValues([target], true));
      return { summary: `Changed ${target}`, settings };
    }
    case 'object':
      await callAdmin(url, 'POST', '/schema', { objects: [{ ...values, name: need(target, 'a name') }] });
      return { summary: `Created the object ${target}` };
    case 'field':
      await callAdmin(url, 'POST', '/schema', { fields: [{ ...values, ...splitField(target) }] });
      return { summary: `Created the field ${target}` };
    case 'change-field':
      await callAdmin(url, 'POST', '/schema', { changed: [{ ...values, ...splitField(target) }] });
      return { summary: `Changed the field ${target}` };
    case 'remove-field':
      await callAdmin(url, 'POST', '/schema', { remove: [removal(target)] });
      return { summary: `Removed the field ${target}` };
    case 'hide-field':
    case 'show-field': {
      const isShown = action === 'show-field';
      const access = {
        ...removal(target),
        readable: isShown,
        editable: isShown,
        ...(input.flags.user ? { user: input.flags.user } : {}),
      };
      await callAdmin(url, 'POST', '/schema', { access: [access] });
      return { summary: `${isShown ? 'Showed' : 'Hid'} the field ${target}` };
    }
    default:
      throw new AmpError({
        code: 'usage',
        message: `"${action}" is not a change.`,
        hint: 'Run amp emulator change --help.',
      });
  }
}

async function sendChanges(url: string, changes: unknown[], { flags }: ChangeInput): Promise<ChangeResult> {
  const body = {
    changes,
    ...(flags.user ? { user: flags.user } : {}),
    ...(flags.automation && { automation: true }),
    ...(flags['audit-fields'] && { auditFields: true }),
  };
  if (flags.hold) {
    const held = await callAdmin<{ id: string; startedAt: number }>(url, 'POST', '/transactions', body);
    return {
      summary: `Transaction ${held.id} is open; commit it with: amp emulator change commit ${held.id}`,
      transaction: held.id,
    };
  }
  const { ids } = await callAdmin<{ ids: string[] }>(url, 'POST', '/records', body);
  return { summary: `Changed ${ids.length === 1 ? ids[0] : `${ids.length} records`}`, ids };
}

/** `Name=Acme` is text, `Amount:=1.5` is JSON; settings are JSON where they can be. */
function readValues(pairs: string[], looseJson = false): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const pair of pairs) {
    const [, name, json, text] = /^([^=:]+)(:?)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined) throw new AmpError({ code: 'usage', message: `"${pair}" is not name=value.` });
    if (json !== '' || looseJson) values[name] = parseValue(pair, text!, looseJson);
    else values[name] = text!;
  }
  return values;
}

function parseValue(pair: string, text: string, loose: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (loose) return text;
    throw new AmpError({ code: 'usage', message: `"${pair}": the value after := is not JSON.` });
  }
}

function readChanges(context: Context, name: string): unknown[] {
  try {
    const changes = JSON.parse(readFileSync(resolve(context.cwd, name), 'utf8'));
    if (Array.isArray(changes)) return changes;
  } catch (error) {
    throw new AmpError({ code: 'emulator-data-invalid', message: `${name}: ${(error as Error).message}.` });
  }
  throw new AmpError({ code: 'emulator-data-invalid', message: `${name}: expected a JSON array of changes.` });
}

function splitField(target: string): { object: string; name: string } {
  const [, object, name] = /^(\w+)\.(\w+)$/.exec(target) ?? [];
  if (object === undefined) throw new AmpError({ code: 'usage', message: `"${target}" is not Object.Field.` });
  return { object, name: name! };
}

function removal(target: string): { object: string; field: string } {
  const { object, name } = splitField(target);
  return { object, field: name };
}

function durationMs(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined)
    throw new AmpError({ code: 'usage', message: `"${text}" is not a duration such as 90s, 15m, 72h, 8d.` });
  return Number(amount) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as 's'];
}

function need(value: string | undefined, what: string): string {
  if (value) return value;
  throw new AmpError({ code: 'usage', message: `This change needs ${what}.`, hint: 'Run amp emulator change --help.' });
}
