/**
 * Remote text made harmless for a terminal and for one line: C0 and C1 controls (with them every ESC, CSI, OSC and DCS
 * sequence), bidirectional controls, invisible joiners and lone surrogates are shown as `\n`, `\x1b`, `\u202e`. Tabs become
 * a space. What stays is printable.
 */
export function terminalText(text: string): string {
  return ascii.test(text) ? text : text.replace(unsafe(), escapeText);
}

/** Shortened to `width` columns with an ellipsis, wide characters counted as two. Harmless like terminalText. */
export function fitText(text: string, width: number): string {
  const safe = terminalText(text);
  if (textWidth(safe) <= width) return safe;
  let columns = 1;
  let kept = '';
  for (const character of safe) {
    columns += characterWidth(character);
    if (columns > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Shortened in its middle: the beginning has two thirds of the room, the end the rest. Harmless like terminalText. */
export function fitMiddle(text: string, width: number): string {
  const safe = terminalText(text);
  if (textWidth(safe) <= width) return safe;
  const characters = [...safe];
  const take = (order: readonly string[], room: number) => {
    let columns = 0;
    const cut = order.findIndex((character) => {
      columns += characterWidth(character);
      return columns > room;
    });
    return order.slice(0, cut);
  };
  const end = take([...characters].reverse(), Math.floor((width - 1) / 3))
    .reverse()
    .join('');
  return `${take(characters, width - 1 - textWidth(end)).join('')}…${end}`;
}

/** Columns a harmless text takes. */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += characterWidth(character);
  return columns;
}

/** Words in lines of at most `width` columns; a word longer than that is cut. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const whole of terminalText(text).split(' ')) {
    const pieces = cutText(whole, width);
    const word = pieces.pop()!;
    if (pieces.length > 0) {
      if (line) lines.push(line);
      lines.push(...pieces);
      line = '';
    }
    if (line && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  if (line || lines.length === 0) lines.push(line);
  return lines;
}

/** In pieces of at most `width` columns; one empty piece for an empty text. */
function cutText(text: string, width: number): string[] {
  if (text.length <= width && ascii.test(text)) return [text];
  const pieces: string[] = [];
  // Not by grapheme: Intl.Segmenter takes quadratic time on Node 20.
  let piece = '';
  let columns = 0;
  for (const character of text) {
    const more = characterWidth(character);
    if (piece && columns + more > width) {
      pieces.push(piece);
      piece = '';
      columns = 0;
    }
    piece += character;
    columns += more;
  }
  pieces.push(piece);
  return pieces;
}

const ascii = /^[\x20-\x7e]*$/;
// Dear to make, and nearly every text is plain ASCII.
let unsafePattern: RegExp | undefined;

function unsafe(): RegExp {
  unsafePattern ??= new RegExp(controls, 'gu');
  return unsafePattern;
}

function characterWidth(character: string): number {
  if (ascii.test(character)) return 1;
  return wide.test(character) ? 2 : combining.test(character) ? 0 : 1;
}

const combining = /[\p{Mn}\p{Me}]/u;
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u;

const controls =
  '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]|\\p{Surrogate}|[\\u{e0000}-\\u{e007f}]';

function escapeText(character: string): string {
  const code = character.codePointAt(0)!;
  if (code === 0x09) return ' ';
  if (code === 0x0a) return '\\n';
  if (code === 0x0d) return '\\r';
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16)}`;
}
