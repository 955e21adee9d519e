import type { Diagnostic, Location, Severity } from '../errors/diagnostic.ts';
import type { Style } from './style.ts';
import { wrapText } from './terminal-text.ts';

export interface RenderOptions {
  style: Style;
  /** Columns to lay out for. */
  width: number;
  /** On a terminal: messages and remedies break between words, under their own beginning. */
  wraps?: boolean;
}

const labels: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

/** Diagnostics as text: severity, message and rule; where; the line with a caret under the fault; and the remedy. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  options: RenderOptions,
): string {
  const lines = new Map<string, string[]>();
  const linesOf = (file: string) => {
    const text = sources.get(file);
    if (text !== undefined && !lines.has(file)) lines.set(file, text.split(/\r?\n/));
    return lines.get(file);
  };
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, linesOf, options)).join('\n\n');
}

function renderDiagnostic(
  diagnostic: Diagnostic,
  linesOf: (file: string) => string[] | undefined,
  { style, width, wraps }: RenderOptions,
): string {
  const paint = painterOf(diagnostic.severity, style);
  const { location } = diagnostic;
  const label = labels[diagnostic.severity];
  const lay = (text: string, indent: number) =>
    wraps ? wrapText(text, Math.max(20, width - indent)).join(`\n${' '.repeat(indent)}`) : text;
  const [message, code] = splitAtLast(lay(`${visible(diagnostic.message)} [${diagnostic.code}]`, label.length + 1));
  const head = `${paint(style.bold(label))} ${message}`;
  const line = location && linesOf(location.file)?.[location.start.line - 1];
  const gutter = ' '.repeat(location ? String(location.start.line).length : 1);
  const output = [`${head}${style.dim(code)}`];
  // Without a file the path is the only place: which record of a batch, which key of a config.
  const place = location ? placeOf(location) : diagnostic.path && visible(diagnostic.path);
  if (place) output.push(`${gutter} ${style.dim('─→')} ${style.dim(place)}`);
  if (location && line !== undefined && line.trim() !== '') {
    const excerpt = excerptOf(line, location, Math.max(20, width - gutter.length - 3));
    output.push(`${style.dim(`${location.start.line} │`)} ${excerpt.text}`);
    output.push(`${gutter} ${style.dim('│')} ${' '.repeat(excerpt.column)}${paint('^'.repeat(excerpt.length))}`);
  }
  if (diagnostic.hint)
    output.push(`${gutter} ${style.info('help')} ${lay(visible(diagnostic.hint), gutter.length + 6)}`);
  return output.join('\n');
}

/** The message and its `[code]`, which may stand on a line of its own. */
function splitAtLast(text: string): [message: string, code: string] {
  const at = text.lastIndexOf('[');
  return [text.slice(0, at), text.slice(at)];
}

function painterOf(severity: Severity, style: Style): (text: string) => string {
  return { error: style.bad, warning: style.warn, info: style.info }[severity];
}

function placeOf(location: Location): string {
  return `${visible(location.file)}:${location.start.line}:${location.start.column}`;
}

/** The part of the line that fits, with the fault in it; `column` and `length` say where the carets go. */
function excerptOf(line: string, location: Location, room: number): { text: string; column: number; length: number } {
  const start = Math.min(location.start.column - 1, line.length);
  const sameLine = location.end?.line === location.start.line;
  const end = Math.max(sameLine ? location.end!.column - 1 : line.length, start + 1);
  const clean = visible(line.trimEnd());
  if (clean.length <= room) {
    const length = Math.max(1, displayWidth(clean.slice(start, end)));
    return { text: clean, column: displayWidth(clean.slice(0, start)), length };
  }
  // Keep the start of the fault in view, with some of what stands before it.
  const from = start < room - 10 ? 0 : start - Math.min(20, Math.floor(room / 3));
  const shown = clean.slice(from, from + room - (from > 0 ? 2 : 1));
  const text = `${from > 0 ? '…' : ''}${shown}${from + shown.length < clean.length ? '…' : ''}`;
  const column = start - from + (from > 0 ? 1 : 0);
  return { text, column, length: Math.max(1, Math.min(end - start, text.length - column)) };
}

/** What stands in a file may try to steer the terminal: control characters and direction marks become visible, one for one. */
function visible(text: string): string {
  return text
    .replace(/\t/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�');
}

/** Columns a text takes on a terminal: East Asian wide characters and emoji two, combining marks none (Unicode UAX 11). */
function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) {
    if (/\p{Mark}|\u200b|\u200d|\ufe0f/u.test(char)) continue;
    const code = char.codePointAt(0)!;
    const isWide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      (code >= 0x20000 && code <= 0x3fffd);
    width += isWide ? 2 : 1;
  }
  return width;
}
