import type { Context } from '../cli/context.ts';
import type { Delivered } from '../runtime/subscribe/follow.ts';

/** Written in pieces: what is short-lived costs least. */
const chunkLength = 32 * 1024;

/** Shows a step's events and answers when the reader has taken them: the whole entry with --json, one line for people else. */
export async function createShow({ output }: Context): Promise<(items: readonly Delivered[]) => Promise<void>> {
  const { renderEntry } = await import('../runtime/subscribe/event-entry.ts');
  const { renderTailLine } = await import('../views/tail.ts');
  const render = output.json
    ? ({ entry }: Delivered) => renderEntry(entry, '"type":"event",')
    : ({ committedAtMs, subscription, type, recordId, event }: Delivered) =>
        renderTailLine(
          {
            committedAtMs,
            object: subscription.object,
            kind: type,
            recordId,
            changedFields: event?.header.changedFields ?? [],
            by: event?.header.commitUser ?? '',
            healed: event === undefined,
          },
          output.style,
          output.width,
        );
  return async (items) => {
    let text = '';
    for (const item of items) {
      text += `${render(item)}\n`;
      if (text.length < chunkLength) continue;
      await output.bytes(Buffer.from(text));
      text = '';
    }
    if (text !== '') await output.bytes(Buffer.from(text));
  };
}
