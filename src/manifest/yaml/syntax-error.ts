import type { ErrorCode } from 'yaml';
import type { ParseFault, SyntaxReason } from './node.ts';

/** The parser's error codes in our words (yaml-syntax.ts says them). Codes: the `ErrorCode` type of the yaml package. */
const reasons: Partial<Record<ErrorCode, SyntaxReason>> = {
  TAB_AS_INDENT: 'tab',
  BAD_INDENT: 'indentation',
  BAD_SCALAR_START: 'unquoted-start',
  BLOCK_AS_IMPLICIT_KEY: 'nested-colon',
  BAD_ALIAS: 'alias-unknown',
  BAD_DQ_ESCAPE: 'escape',
  BAD_DIRECTIVE: 'directive',
};

/** Takes the first error of a document; gives it with the reason a person would name. */
export function explainSyntaxError(
  text: string,
  error: { code: ErrorCode; message: string; pos: readonly [number, number] },
): ParseFault {
  const start = Math.min(error.pos[0], text.length);
  const end = Math.min(Math.max(error.pos[1], start), text.length);
  const line = lineAround(text, start);
  // `schedule: */15 * * * *`: YAML takes the star for an alias and trips over the rest of the line.
  const star = /^\s*(?:- +)?[\w"']+ *: +(\*[^#\r\n]*)/.exec(line.text);
  if (star) {
    const starAt = line.start + line.text.indexOf(star[1]!, line.text.indexOf(':'));
    return { kind: 'syntax', reason: 'unquoted-star', start: starAt, end: starAt + star[1]!.trimEnd().length };
  }
  if (/^[ ]*\t/.test(line.text)) {
    const tabAt = line.start + line.text.indexOf('\t');
    return { kind: 'syntax', reason: 'tab', start: tabAt, end: tabAt + 1 };
  }
  return { kind: 'syntax', reason: reasonFor(error, text, start), detail: firstSentence(error.message), start, end };
}

function reasonFor(error: { code: ErrorCode; message: string }, text: string, start: number): SyntaxReason {
  const known = reasons[error.code];
  if (known) return known;
  if (error.code === 'MISSING_CHAR' && /quote/.test(error.message)) return 'unclosed-quote';
  if (error.code === 'MISSING_CHAR' && /flow|end with|expected.*[\]}]/i.test(error.message)) return 'unclosed-flow';
  if (error.code === 'MULTILINE_IMPLICIT_KEY') return 'missing-colon';
  if (error.code === 'MISSING_CHAR' && start >= text.length) return 'unclosed-flow';
  return 'other';
}

function firstSentence(message: string): string {
  return message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
}

function lineAround(text: string, at: number): { start: number; text: string } {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return { start, text: text.slice(start, end < 0 ? text.length : end) };
}
