import type { Context } from '../cli/context.ts';
import type { OutgoingMessage, Target } from '../destinations/target.ts';
import { terminalText } from '../output/terminal-text.ts';
import type { MessageOwner } from '../runtime/read/envelope.ts';
import type { Delivered } from '../runtime/subscribe/follow.ts';
import type { Forwarder } from '../runtime/subscribe/forwarder.ts';
import type { TailFlags } from './tail.ts';

/** `--forward-to`: signed POSTs to the developer's app, waited for when it is down. Undefined without the flag. */
export async function openForwarder(
  context: Context,
  flags: TailFlags,
  signal: AbortSignal,
): Promise<Forwarder | undefined> {
  const urls = flags['forward-to'] ?? [];
  if (urls.length === 0) return undefined;
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
  const targets: Target[] = urls.map((url) =>
    openWebhookTarget({
      url,
      allowPrivateNetwork: true,
      headers: {},
      signingKeys: () => [key],
      now: () => context.clock.now(),
      userAgent: `amp/${context.version}`,
      keepAnswer: true,
    }),
  );
  const { output } = context;
  return startForwarder({
    targets,
    clock: context.clock,
    signal,
    onFailure: ({ reason, text, retryInMs, waiting }) =>
      output.notice(
        `  ${output.errorStyle.bad('✖')} ${terminalText(reason)}${text ? `: ${terminalText(text.slice(0, 200))}` : ''} (${waiting} waiting, again in ${retryInMs / 1000} s)`,
      ),
    onRecovered: (waiting) => output.notice(`  ${output.errorStyle.good('✔')} your app is back, ${waiting} waiting`),
  });
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
  await forwarder.push(messages, commit);
}
