import type { SalesforceClient } from '../rest/client.ts';
import { handshakeMessage, readFault, subscribeMessage } from './bayeux.ts';
import { fetchSelection, setupClicks } from './channel-selection.ts';
import { channelOf } from './channels.ts';
import { createCometdTransport } from './cometd-transport.ts';
import { readAnswer } from './read-answer.ts';

/** Why an object's events would not come, and what to do about it. */
export interface StreamProblem {
  object: string;
  message: string;
  hint: string;
}

const timeoutMs = 30_000;

/**
 * Tries a subscription to each object and gives it up again: rights such as View All show only there, describe does not know
 * them. Objects are named as the org spells them.
 */
export async function probeSubscriptions(
  client: SalesforceClient,
  objects: readonly string[],
  signal: AbortSignal,
): Promise<StreamProblem[]> {
  const problems: StreamProblem[] = [];
  for (const object of objects) {
    if ((await fetchSelection(client, object, signal)) === 'not-selected') {
      const message = `${object} is not selected for change events in this org.`;
      problems.push({ object, message, hint: `${setupClicks}; or run amp tail ${object} --select once.` });
      continue;
    }
    const reason = await refusalOf(client, channelOf(object), signal);
    if (reason === undefined) continue;
    const message = `This user may not follow change events of ${object}: ${reason}.`;
    problems.push({ object, message, hint: `Give the user View All on ${object} and API Enabled.` });
  }
  return problems;
}

/** The org's own words, or undefined when it takes the subscription. What would pass with time is no refusal. */
async function refusalOf(client: SalesforceClient, channel: string, signal: AbortSignal): Promise<string | undefined> {
  const transport = createCometdTransport(client);
  const {
    meta: [shake],
  } = readAnswer(await transport.post(JSON.stringify([handshakeMessage(1)]), { timeoutMs, signal }));
  if (shake?.successful !== true) return lasting(readFault(shake ?? {}));
  const message = subscribeMessage(2, String(shake.clientId), channel, '-1');
  const { meta } = readAnswer(await transport.post(`[${message}]`, { timeoutMs, signal }));
  const verdict = meta.find((answer) => answer.channel === '/meta/subscribe');
  return verdict?.successful === true ? undefined : lasting(readFault(verdict ?? {}));
}

function lasting(fault: ReturnType<typeof readFault>): string | undefined {
  return fault.kind === 'refused' ? fault.reason : undefined;
}
