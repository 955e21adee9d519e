/** Text that is not JSON. `offset` is where it breaks, in UTF-16 units; the text's length when it ends too early. */
export class JsonFault extends SyntaxError {
  readonly offset: number;
  constructor(offset: number) {
    super(`JSON is broken at offset ${offset}`);
    this.offset = offset;
  }
}

/** `breaks at line 2, column 14: the text ends there`, without the line when there is but one. Names a mark of the syntax, never anything of a value. */
export function describeJsonFault(text: string, { offset }: JsonFault): string {
  const before = text.slice(0, offset).split('\n');
  const line = text.includes('\n') ? `line ${before.length}, ` : '';
  const place = `${line}column ${before.at(-1)!.length + 1}`;
  const found = text[offset];
  if (text.trim() === '') return 'is empty';
  if (found === undefined) return `breaks at ${place}: the text ends there`;
  if (found === "'") return `breaks at ${place}: JSON takes double quotes`;
  if ('{}[],:"'.includes(found)) return `breaks at ${place}: ${found} does not belong there`;
  return `breaks at ${place}`;
}
