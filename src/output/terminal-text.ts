/**
 * Remote text made harmless for a terminal and for one line: C0 and C1 controls (with them every ESC, CSI, OSC and DCS
 * sequence), bidirectional controls, invisible joiners and lone surrogates are shown as `\n`, `\x1b`, `\u202e`. Tabs become
 * a space. What stays is printable.
 */
export function terminalText(text: string): string {
  return unsafe.test(text) ? text.replace(unsafeEach, escapeText) : text;
}

/** Shortened to `width` columns with an ellipsis, wide characters counted as two. Harmless like terminalText. */
export function fitText(text: string, width: number): string {
  const safe = terminalText(text);
  if (textWidth(safe) <= width) return safe;
  let columns = 1;
  let kept = '';
  for (const { segment } of segmenter.segment(safe)) {
    columns += textWidth(segment);
    if (columns > width) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Columns a harmless text takes. */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** Words in lines of at most `width` columns; a word longer than that is cut. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of terminalText(text).split(' ')) {
    while (textWidth(word) > width) {
      if (line) lines.push(line);
      line = '';
      let piece = '';
      for (const { segment } of segmenter.segment(word)) {
        if (piece && textWidth(piece + segment) > width) break;
        piece += segment;
      }
      lines.push(piece);
      word = word.slice(piece.length);
    }
    if (line && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  if (line || lines.length === 0) lines.push(line);
  return lines;
}

const ascii = /^[\x20-\x7e]*$/;
const wide =
  /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u;
const segmenter = new Intl.Segmenter('en');

const controls =
  '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]|\\p{Surrogate}|[\\u{e0000}-\\u{e007f}]';
const unsafe = new RegExp(controls, 'u');
const unsafeEach = new RegExp(controls, 'gu');

function escapeText(character: string): string {
  const code = character.codePointAt(0)!;
  if (code === 0x09) return ' ';
  if (code === 0x0a) return '\\n';
  if (code === 0x0d) return '\\r';
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16)}`;
}
