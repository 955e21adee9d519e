import { SalesforceFault } from '../org.ts';

// The platform clips the excerpt around the token; the exact rule is not published, this fits the known samples.
const excerptBefore = 32;
const excerptAfter = 24;

/** A 400 whose text shows the place: up to two lines of source, a caret, row and column from 1, then the reason. */
export function faultAt(source: string, at: number, errorCode: string, reason: string): SalesforceFault {
  const lineStart = source.lastIndexOf('\n', at - 1) + 1;
  const lineBreak = source.indexOf('\n', at);
  const lineEnd = lineBreak === -1 ? source.length : lineBreak;
  const row = source.slice(0, at).split('\n').length;
  const column = at - lineStart + 1;
  const from = Math.max(lineStart, at - excerptBefore);
  const caret = `${' '.repeat(at - from)}^`;
  const excerpt = [
    ...(row > 1 ? [previousLine(source, lineStart)] : []),
    source.slice(from, clippedEnd(source, at, lineEnd)),
    caret,
  ];
  return new SalesforceFault(
    400,
    errorCode,
    `\n${excerpt.join('\n')}\nERROR at Row:${row}:Column:${column}\n${reason}`,
  );
}

function previousLine(source: string, lineStart: number): string {
  const start = source.lastIndexOf('\n', lineStart - 2) + 1;
  return source.slice(Math.max(start, lineStart - 1 - excerptBefore), lineStart - 1);
}

/** Ends with a whole word. */
function clippedEnd(source: string, at: number, lineEnd: number): number {
  let end = Math.min(lineEnd, at + excerptAfter);
  while (end < lineEnd && /\S/.test(source[end]!)) end++;
  return end;
}

const help = ' Please reference your WSDL or the describe call for the appropriate names.';

export const noSuchColumn = (field: string, object: string): string =>
  `No such column '${field}' on entity '${object}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.${help}`;
export const noSuchObject = (object: string): string =>
  `sObject type '${object}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name.${help}`;
export const noSuchParent = (relationship: string): string =>
  `Didn't understand relationship '${relationship}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.${help}`;
export const noSuchChildren = (relationship: string): string =>
  `Didn't understand relationship '${relationship}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.${help}`;
