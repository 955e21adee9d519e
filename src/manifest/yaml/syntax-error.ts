import { type ErrorCode, Lexer } from 'yaml';
import type { ParseFault, Range, SyntaxReason } from './node.ts';

interface ParserError {
  code: ErrorCode;
  message: string;
  pos: readonly [number, number];
}

/** The parser's error codes in our words (yaml-syntax.ts says them). Codes: the `ErrorCode` type of the yaml package. */
const reasons: Partial<Record<ErrorCode, SyntaxReason>> = {
  TAB_AS_INDENT: 'tab',
  BAD_SCALAR_START: 'unquoted-start',
  BAD_ALIAS: 'alias-unknown',
  BAD_DQ_ESCAPE: 'escape',
  BAD_DIRECTIVE: 'directive',
  MULTILINE_IMPLICIT_KEY: 'missing-colon',
  BLOCK_IN_FLOW: 'missing-comma',
};

/** Takes the first error of a document; gives it with the reason a person would name, at the place to mend. */
export function explainSyntaxError(text: string, error: ParserError): ParseFault {
  const start = Math.min(error.pos[0], text.length);
  const end = Math.min(Math.max(error.pos[1], start), Math.max(lineEndAfter(text, start), start + 1), text.length);
  const line = lineAround(text, start);
  const detail = firstSentence(error.message);
  const fault = (reason: SyntaxReason, at: Range): ParseFault => ({ kind: 'syntax', reason, detail, ...at });

  const conflict = /^(?:<{7}|={7}|>{7}|\|{7})(?= |\r?$)/m.exec(line.text);
  if (conflict) return fault('conflict', { start: line.start, end: line.start + 7 });
  const star = unquotedStar(line);
  if (star) return { kind: 'syntax', reason: 'unquoted-star', ...star };
  if (/^[ ]*\t/.test(line.text)) {
    const tabAt = line.start + line.text.indexOf('\t');
    return { kind: 'syntax', reason: 'tab', start: tabAt, end: tabAt + 1 };
  }
  if (/^Missing closing ["']quote/.test(error.message)) {
    const quoteAt = lexemeBefore(text, start, (lexeme) => /^["']/.test(lexeme)) ?? start;
    return fault('unclosed-quote', { start: quoteAt, end: quoteAt + 1 });
  }
  const flow = /^Flow (sequence|map) in block collection|^Expected flow (sequence|map) to end/.exec(error.message);
  if (flow) {
    const bracketAt = openBracket(text, start);
    return fault('unclosed-flow', bracketAt === undefined ? { start, end } : { start: bracketAt, end: bracketAt + 1 });
  }
  const misplaced = misplacedLine(text, error, start);
  if (misplaced) return fault('indentation', misplaced);
  return fault(reasonFor(error, text, start), { start, end });
}

/**
 * `schedule: *​/15 * * * *`: YAML takes the star for an alias and trips over the rest of the line. Between brackets only
 * what looks like five fields is taken for a schedule: there a comma ends it.
 */
function unquotedStar(line: { start: number; text: string }): Range | undefined {
  const star =
    /^\s*(?:- +)?[\w"']+ *: +(\*[^#\r\n]*)/.exec(line.text) ??
    /[{,] *[\w"']+ *: +(\*(?:\/\d+)?(?: [\w*/-]+){4})(?= *[,}])/.exec(line.text);
  if (!star) return undefined;
  const start = line.start + star.index + star[0].indexOf(star[1]!);
  return { start, end: start + star[1]!.trimEnd().length };
}

/** A line that stands too far in or out to belong to what is above it. */
function misplacedLine(text: string, error: ParserError, start: number): Range | undefined {
  const isIndent =
    error.code === 'BAD_INDENT' ||
    /^Sequence item without - indicator/.test(error.message) ||
    /^A block (?:sequence|mapping|map) may not be used as an implicit map key/.test(error.message);
  if (isIndent) return contentFrom(text, start);
  // `destination: d` and below it, further in, another key: the value seems to go on there.
  const rest = text.slice(start, lineEndAfter(text, start));
  if (error.code !== 'BLOCK_AS_IMPLICIT_KEY' || /: |:$|^\?/.test(rest)) return undefined;
  return contentFrom(text, lineEndAfter(text, start));
}

/** The first characters that are no blanks, from an offset on. */
function contentFrom(text: string, from: number): Range {
  const found = /[^\s]/g;
  found.lastIndex = from;
  const start = found.exec(text)?.index ?? text.length;
  return { start, end: Math.min(start + 1, text.length) };
}

function reasonFor({ code, message }: ParserError, text: string, start: number): SyntaxReason {
  if (code === 'MULTILINE_IMPLICIT_KEY' || code === 'MISSING_CHAR') {
    const line = text.slice(start, lineEndAfter(text, start));
    if (/^[\w"'-]+:\S/.test(line)) return 'missing-space';
    if (code === 'MULTILINE_IMPLICIT_KEY' || /^Implicit map keys/.test(message)) return 'missing-colon';
    if (start >= text.length) return 'unclosed-flow';
  }
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'nested-colon';
  if (/^Unexpected flow-(?:seq|map)-end/.test(message)) return 'stray-bracket';
  if (/^Unexpected scalar at node end/.test(message) && /["']\s*$/.test(text.slice(0, start)))
    return 'text-after-quote';
  return reasons[code] ?? 'other';
}

/** Where the lexeme starts that ends at or behind an offset and passes the test. */
function lexemeBefore(text: string, end: number, fits: (lexeme: string) => boolean): number | undefined {
  let found: number | undefined;
  eachLexeme(text, end, (lexeme, start) => {
    if (fits(lexeme)) found = start;
  });
  return found;
}

/** The innermost bracket that is open at an offset. */
function openBracket(text: string, end: number): number | undefined {
  const open: number[] = [];
  eachLexeme(text, end, (lexeme, start) => {
    if (lexeme === '[' || lexeme === '{') open.push(start);
    else if (start < end && (lexeme === ']' || lexeme === '}')) open.pop();
  });
  return open.at(-1);
}

/** Lexemes that start before an offset; the lexer's own marks (all of one control character) are no text. */
function eachLexeme(text: string, end: number, visit: (lexeme: string, start: number) => void): void {
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '\u0002' || lexeme === '\u0018' || lexeme === '\u001f') continue;
    if (offset >= end) return;
    visit(lexeme, offset);
    offset += lexeme.length;
  }
}

function firstSentence(message: string): string {
  return message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
}

function lineAround(text: string, at: number): { start: number; text: string } {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return { start, text: text.slice(start, lineEndAfter(text, at)) };
}

function lineEndAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
