import { AmpError } from '../../../errors/amp-error.ts';
import { catalog } from '../../../errors/catalog.ts';
import type { OrgRecord } from '../../../orgs/org.ts';
import { reconnectCommand } from '../../../orgs/reconnect-command.ts';
import { HttpFailure, type HttpResponse, readBody } from '../../../platform/http.ts';
import type { TokenBundle } from '../auth/token-bundle.ts';
import { parseErrorBody, requestIdOf, type SalesforceErrorBody, salesforceError } from '../errors.ts';
import type { CallLimit } from './call-limit.ts';
import { leavesOrigin, type PreparedRequest } from './exchange.ts';

const largestErrorBytes = 1024 * 1024;

// A renewal cannot cure these two (they are about the app, not the session).
const incurable = /not valid for use with the REST API|not attached to Agent/i;

/** Whether a new token may cure this 401. */
export function isRenewable(body: SalesforceErrorBody): boolean {
  return !incurable.test(body.message);
}

/** A 401 after the one renewal a call may have. */
export function refusedAgain(error: AmpError, renewed: boolean, org: OrgRecord): AmpError {
  return new AmpError({
    code: 'org-sign-in-expired',
    message: renewed ? `The org refuses the token it has just issued. ${error.message}` : error.message,
    hint: `Check session policies and IP ranges for the user, then: ${reconnectCommand(org)}`,
    causes: [error.message],
    ...(error.details ? { details: error.details } : {}),
  });
}

/** The catalogue error of a status that is no answer. */
export function errorOfAnswer(
  answer: HttpResponse,
  body: SalesforceErrorBody,
  prepared: PreparedRequest,
  token: TokenBundle,
  org: OrgRecord,
): AmpError {
  if ([301, 302, 303, 307, 308].includes(answer.status)) {
    const target = answer.headers.location;
    const host =
      target && URL.canParse(target, token.instanceUrl) ? new URL(target, token.instanceUrl).origin : 'elsewhere';
    return leavesOrigin(host, token.instanceUrl);
  }
  const requestId = requestIdOf(answer.headers);
  const error = salesforceError({ status: answer.status, body, where: prepared.where, requestId });
  if (answer.status === 401 && incurable.test(body.message)) {
    return new AmpError({
      code: 'org-app-access',
      message: error.message,
      hint: `The app must grant the scope api (Manage user data via APIs); then: ${reconnectCommand(org)}`,
      ...(error.details ? { details: error.details } : {}),
    });
  }
  const hint = remedyInOrg(error.code, org, body.message);
  if (!hint) return error;
  const { code, message, details } = error;
  return new AmpError({ code, message, hint, ...(details ? { details } : {}) });
}

/** The remedy of the catalogue when it names a command: the same for this org, and for the object the answer speaks of. */
function remedyInOrg(code: string, org: OrgRecord, said: string): string | undefined {
  const remedy = catalog[code]?.remedy;
  if (!remedy?.includes('amp org ')) return undefined;
  const object = /(?:entity|of type) '?(\w+)/i.exec(said)?.[1];
  return remedy
    .replace('amp org limits', `amp org limits --org ${org.alias}`)
    .replace(/amp org describe(?: <object>)?/, (words) => {
      const name = words.endsWith('>') && object ? ` ${object}` : '';
      return `amp org describe${name} --org ${org.alias}`;
    })
    .replace(/amp org login(?! --)(?: again)?/, reconnectCommand(org));
}

/** Never fails for a cut body. */
export async function readErrorBody(answer: HttpResponse): Promise<SalesforceErrorBody> {
  try {
    return parseErrorBody((await readBody(answer.body, largestErrorBytes)).toString('utf8'));
  } catch (error) {
    // Cut in the middle: the status still says what kind of failure it is.
    if (error instanceof HttpFailure) return { errorCode: undefined, message: '', fields: [] };
    throw error;
  }
}

/** The catalogue error of an exchange that broke. Throws the caller's own reason when it stopped waiting. */
export function errorOfFailure(
  failure: HttpFailure,
  prepared: PreparedRequest,
  limit: CallLimit,
  org: OrgRecord,
): AmpError {
  limit.throwIfStopped();
  const late = failure.kind === 'timeout' || (failure.kind === 'aborted' && limit.timedOut());
  const code = late
    ? 'salesforce-timeout'
    : !failure.sent
      ? 'salesforce-unreachable'
      : failure.kind === 'damaged'
        ? 'salesforce-answer-damaged'
        : 'salesforce-connection-lost';
  const message = late
    ? `${prepared.where} did not answer within ${Math.round(limit.timeoutMs / 1000)} seconds.`
    : `${prepared.where}: ${failure.message}`;
  const hint =
    org.isEmulator && failure.kind === 'connect'
      ? startEmulatorHint(org.instanceUrl)
      : code === 'salesforce-connection-lost' && prepared.method === 'GET'
        ? 'Run the command again.'
        : undefined;
  // A limit of ours that ran out shows below as an abort: the message says it better.
  return new AmpError({ code, message, ...(hint ? { hint } : {}), ...(late ? {} : { cause: failure }) });
}

/** An org of the emulator is reached on its port only. */
function startEmulatorHint(instanceUrl: string): string {
  const { port } = new URL(instanceUrl);
  return `Start the emulator: amp emulator start --port ${port}.`;
}

/**
 * Data calls never answer HTML: a login page with status 200 comes from whatever stands in between. Error statuses that the
 * caller accepts are the caller's to read.
 */
export function refuseLoginPage(answer: HttpResponse, prepared: PreparedRequest): void {
  if (answer.status >= 300) return;
  if (!prepared.path.startsWith('/services/data/') || !/^text\/html/i.test(answer.headers['content-type'] ?? ''))
    return;
  answer.body.destroy();
  throw new AmpError({
    code: 'salesforce-answer-damaged',
    message: `${prepared.where} answered HTML instead of data.`,
  });
}
