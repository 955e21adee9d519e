import { terminalText, wrapText } from '../output/terminal-text.ts';

const longestCommand = 1_000;

/** A remedy that names a command, in one line that can be pasted whatever the width; undefined for other sentences. */
export function pastableText(remedy: string): string | undefined {
  const text = terminalText(remedy);
  return /\bamp \w/.test(text) && text.length <= longestCommand ? text : undefined;
}

/** A remedy as lines of at most `room` columns, but a command stays whole. */
export function remedyLines(remedy: string, room: number): string[] {
  const pastable = pastableText(remedy);
  return pastable === undefined ? wrapText(remedy, room) : [pastable];
}
