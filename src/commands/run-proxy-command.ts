import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import { fileUnreadable } from '../platform/files.ts';
import type { ProxyAnswer, ProxyOwner, ProxyRequest } from '../runtime/proxy/proxy.ts';
import type { State } from '../store/state.ts';
import type { ProxyFlags } from './proxy.ts';

export interface ProxyResult {
  /** Absent on a hosted project, which keeps it to itself. */
  operationId?: string;
  status: number;
  headers: Record<string, string>;
  /** Parsed when it is JSON, else text. */
  body: unknown;
  forwarded: boolean;
}

const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD'] as const;

/** Finds the org, passes the call on, and prints the body as it came. */
export async function runProxy(
  context: Context,
  call: { method: string; path: string },
  flags: ProxyFlags,
): Promise<ProxyResult> {
  const { openState } = await import('../store/state.ts');
  const { locateAnyState } = await import('../config/project.ts');
  const request: ProxyRequest = {
    method: parseMethod(call.method),
    path: call.path,
    headers: parseHeaders(flags.header ?? []),
    body: await readData(context, flags.data),
    throttle: flags.throttle ?? false,
  };
  if (context.config.project !== undefined) {
    const { callHostedProxy } = await import('./hosted/call-proxy.ts');
    return show(context, await callHostedProxy(context, request, flags), flags.include ?? false);
  }
  const state = openState(locateAnyState(context));
  try {
    const answer = await callOrg(context, state, request, flags);
    return await show(context, answer, flags.include ?? false);
  } finally {
    state.close();
  }
}

async function callOrg(context: Context, state: State, request: ProxyRequest, flags: ProxyFlags): Promise<ProxyAnswer> {
  const { openOrg } = await import('../providers/open-org.ts');
  const { openLog } = await import('./open-log.ts');
  const { proxyCall } = await import('../runtime/proxy/proxy.ts');
  const { Throttle } = await import('../runtime/proxy/throttle.ts');
  const { owner, orgName } = await findCustomer(state, flags);
  const { org, client } = await openOrg(context, orgName);
  const log = await openLog(context, state);
  const { clock, signal } = context;
  try {
    return await proxyCall({ client, org, log, throttle: new Throttle(state.db), clock, signal }, owner, request);
  } finally {
    log.flush();
  }
}

/** The installation of --group where the proxy is on, or with --direct an org of the user's own. */
async function findCustomer(
  state: State,
  flags: ProxyFlags,
): Promise<{ owner: ProxyOwner; orgName: string | undefined }> {
  if (flags.direct) {
    if (flags.group !== undefined) throw usage('--direct and --group exclude each other.');
    return { owner: { startedBy: 'cli' }, orgName: flags.org };
  }
  if (flags.group === undefined)
    throw usage('Whose org? Name the customer with --group, or an org of yours with --direct.');
  if (flags.org !== undefined) throw (await import('./find-place.ts')).groupHasOrg();
  const { findInstallation } = await import('./find-installation.ts');
  const { assertProxyOn } = await import('../runtime/proxy/assert-proxy-on.ts');
  const { installation, integration } = await findInstallation(
    state,
    flags.group,
    flags.integration,
    ({ proxy }) => proxy?.enabled === true,
  );
  assertProxyOn(installation, integration);
  return {
    owner: {
      startedBy: 'cli',
      integration: integration.name,
      installationId: installation.id,
      groupRef: installation.groupRef,
    },
    orgName: installation.orgId,
  };
}

async function show(
  { output }: Context,
  answer: Omit<ProxyAnswer, 'operationId'> & { operationId?: string },
  include: boolean,
): Promise<ProxyResult> {
  const { operationId, status, headers, body, forwarded, dropped } = answer;
  if (dropped.length > 0) output.warning(`Not passed on, they are ours to set: ${dropped.join(', ')}.`);
  if (!output.json) {
    if (include)
      output.text(
        `HTTP ${status}\n${Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n')}\n\n`,
      );
    await output.bytes(body);
    if (output.stdoutIsTerminal && body.length > 0 && body.at(-1) !== 0x0a) output.text('\n');
    if (!include && status >= 400)
      output.notice(['HTTP', status, operationId && `· ${operationId}`].filter(Boolean).join(' '));
  }
  return {
    ...(operationId && { operationId }),
    status,
    headers,
    body: readBody(body, headers['content-type']),
    forwarded,
  };
}

function readBody(body: Buffer, contentType: string | undefined): unknown {
  const text = body.toString('utf8');
  if (!/json/i.test(contentType ?? '') || text === '') return text;
  try {
    return JSON.parse(text);
  } catch {
    // It says JSON and is not: the caller sees what came.
    return text;
  }
}

function parseMethod(text: string): ProxyRequest['method'] {
  const method = methods.find((name) => name === text.toUpperCase());
  if (method) return method;
  throw usage(`"${text}" is not one of ${methods.join(', ')}.`);
}

function parseHeaders(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.search(/[=:]/);
      if (at <= 0) throw usage(`--header ${pair} is not name=value.`);
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}

async function readData(context: Context, data: string | undefined): Promise<Uint8Array | undefined> {
  if (data === undefined) return undefined;
  if (data === '-') return context.stdin();
  if (!data.startsWith('@')) return Buffer.from(data);
  const path = resolve(context.cwd, data.slice(1));
  try {
    return await readFile(path);
  } catch (error) {
    throw fileUnreadable(path, error);
  }
}

function usage(message: string): AmpError {
  return new AmpError({ code: 'usage', message });
}
