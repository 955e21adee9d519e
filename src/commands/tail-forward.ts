import type { Context } from '../cli/context.ts';
import type { OutgoingMessage } from '../destinations/target.ts';
import { AmpError } from '../errors/amp-error.ts';
import { terminalText } from '../output/terminal-text.ts';
import type { MessageOwner } from '../runtime/read/envelope.ts';
import type { Delivered } from '../runtime/subscribe/follow.ts';
import type { Forwarder } from '../runtime/subscribe/forwarder.ts';
import type { Subscription } from '../runtime/subscribe/subscription.ts';
import type { TailFlags } from './tail.ts';

/** `--forward-to`: signed POSTs to the developer's app, waited for when it is down. Undefined without the flag. */
export async function openForwarder(
  context: Context,
  flags: TailFlags,
  subscriptions: readonly Subscription[],
): Promise<Forwarder | undefined> {
  const asked = (flags['forward-to'] ?? []).map(parseForward);
  if (asked.length === 0) return undefined;
  for (const { object } of asked) if (object !== undefined) checkFollowed(object, subscriptions);
  const { openWebhookTarget } = await import('../destinations/webhook/webhook-target.ts');
  const { newSigningSecret, parseSigningSecret } = await import('../destinations/webhook/sign.ts');
  const { startForwarder } = await import('../runtime/subscribe/forwarder.ts');
  const secret = context.config.env.AMP_WEBHOOK_SECRET ?? newSigningSecret();
  if (!context.config.env.AMP_WEBHOOK_SECRET) {
    context.output.notice(
      'Messages are signed with a secret of this run; set AMP_WEBHOOK_SECRET to verify them in your app.',
    );
  }
  const key = parseSigningSecret(secret);
  const apps = asked.map(({ url, object }) => ({
    name: url,
    ...(object === undefined ? {} : { object }),
    target: openWebhookTarget({
      url,
      allowPrivateNetwork: true,
      headers: {},
      signingKeys: () => [key],
      now: () => context.clock.now(),
      userAgent: `amp/${context.version}`,
      keepAnswer: true,
    }),
  }));
  const { output } = context;
  // One app needs no name.
  const which = (app: string) => (apps.length > 1 ? `${terminalText(app)}: ` : '');
  return startForwarder({
    apps,
    clock: context.clock,
    signal: context.signal,
    onFailure: ({ app, reason, text, retryInMs, waiting }) =>
      output.notice(
        `  ${output.errorStyle.bad('✖')} ${which(app)}${terminalText(reason)}${text ? `: ${terminalText(text.slice(0, 200))}` : ''} (${waiting} waiting, again in ${retryInMs / 1000} s)`,
      ),
    onRecovered: (app, waiting) =>
      output.notice(`  ${output.errorStyle.good('✔')} ${which(app)}your app is back, ${waiting} waiting`),
  });
}

/** `http://…` takes everything, `account=http://…` the messages of one object. */
function parseForward(text: string): { url: string; object?: string } {
  const [, object, url = ''] = /^(?:([^=:/?]+)=)?(https?:\/\/.*)$/i.exec(text) ?? [];
  if (URL.canParse(url)) return { url, ...(object === undefined ? {} : { object: object.toLowerCase() }) };
  throw new AmpError({
    code: 'usage',
    message: `"${text}" is no address to forward to.`,
    hint: 'Such as --forward-to http://localhost:3000/webhooks, or account=http://localhost:3000/accounts for one object.',
  });
}

function checkFollowed(object: string, subscriptions: readonly Subscription[]): void {
  if (subscriptions.some((subscription) => namesOf(subscription).includes(object))) return;
  const names = subscriptions.map((subscription) => subscription.object).join(', ');
  throw new AmpError({
    code: 'usage',
    message: `--forward-to names the object "${object}", which is not followed.`,
    hint: `Followed: ${names}.`,
  });
}

function namesOf({ object, deliveredName }: Subscription): string[] {
  return [object.toLowerCase(), deliveredName.toLowerCase()];
}

/** Queues one step's messages; its position is kept once the app has taken them. */
export async function forwardStep(
  forwarder: Forwarder,
  envelope: MessageOwner,
  items: readonly Delivered[],
  commit: () => void,
): Promise<void> {
  const { renderMessages } = await import('../runtime/subscribe/outbox-messages.ts');
  const messages: OutgoingMessage[] = renderMessages(envelope, items).map(({ id, body }) => ({
    id,
    body,
    topic: 'subscribe',
    createdAt: items[0]?.committedAtMs ?? 0,
    replayed: false,
  }));
  const [first] = items;
  await forwarder.push(messages, first ? namesOf(first.subscription) : [], commit);
}
