import { defineRule, type Fix } from '../rule.ts';
import { LineIndex } from '../yaml/lines.ts';
import type { ParseFault } from '../yaml/node.ts';

type SyntaxFault = Extract<ParseFault, { kind: 'syntax' }>;

export const yamlSyntax = defineRule({
  id: 'yaml-syntax',
  severity: 'error',
  group: 'File and keys',
  summary: 'The file is not YAML.',
  why: 'Nothing can be read past a syntax fault, so it is the only thing reported until it is mended. The usual ones: a tab in the indentation, a schedule that starts with `*` and is not quoted, a quote or bracket that is never closed.',
  essential: true,
  check(file, report) {
    for (const fault of file.parseFaults) {
      if (fault.kind !== 'syntax') continue;
      const { message, hint, fix } = explainSyntaxFault(fault, file.text);
      report(fault, { message, hint, ...(fix ? { fix } : {}) });
    }
  },
});

/** What is wrong at a fault of the parser, in words. */
export function explainSyntaxFault(fault: SyntaxFault, text: string): { message: string; hint: string; fix?: Fix } {
  const { line } = new LineIndex(text).positionOf(fault.start);
  switch (fault.reason) {
    case 'tab':
      return { message: `Line ${line} is indented with a tab.`, hint: 'Indent with spaces.' };
    case 'unquoted-star':
      return {
        message: `Line ${line} starts a value with *, which YAML takes for an alias.`,
        hint: 'Put the value in quotes: "*/15 * * * *".',
        fix: {
          title: `quoted the value on line ${line}`,
          edits: [
            { start: fault.start, end: fault.start, text: '"' },
            { start: fault.end, end: fault.end, text: '"' },
          ],
        },
      };
    case 'unquoted-start':
      return {
        message: `Line ${line} starts a value with ${text[fault.start] ?? 'a character'}, which YAML keeps for itself.`,
        hint: 'Put the value in quotes.',
      };
    case 'indentation':
      return {
        message: `The indentation of line ${line} fits nothing above it.`,
        hint: 'Align it with its neighbours.',
      };
    case 'unclosed-quote':
      return { message: `The quote opened on line ${line} is not closed.`, hint: 'Close it, or double it inside.' };
    case 'unclosed-flow': {
      const close = text[fault.start] === '[' ? ']' : '}';
      return { message: `The bracket opened on line ${line} is not closed.`, hint: `Close it with ${close}.` };
    }
    case 'stray-bracket':
      return { message: `Line ${line} closes a bracket that is not open.`, hint: 'Remove it, or open it first.' };
    case 'missing-colon':
      return { message: `Line ${line} has a key without a colon.`, hint: 'Write "key: value".' };
    case 'missing-space':
      return { message: `Line ${line} has no space behind the colon.`, hint: 'Write "key: value".' };
    case 'missing-comma':
      return {
        message: `Line ${line} has a second key without a comma in front.`,
        hint: 'Put commas between the keys.',
      };
    case 'text-after-quote':
      return {
        message: `Line ${line} goes on behind the closing quote.`,
        hint: 'Use the other kind of quotes outside.',
      };
    case 'conflict':
      return { message: `Line ${line} marks a merge conflict.`, hint: 'Resolve it, and remove the marks.' };
    case 'nested-colon':
      return {
        message: `Line ${line} has a second key where a value ends.`,
        hint: 'Start a new line, or put the value in quotes when the colon belongs to it.',
      };
    case 'escape':
      return {
        message: `Line ${line} has a backslash that escapes nothing.`,
        hint: 'Double the backslash, or use single quotes.',
      };
    case 'alias-unknown':
      return {
        message: `"*${fault.detail ?? ''}" refers to no anchor above it.`,
        hint: `Define it with &${fault.detail ?? ''} first.`,
      };
    case 'alias-cycle':
      return { message: `"*${fault.detail ?? ''}" stands inside of what it refers to.`, hint: 'Write that part out.' };
    case 'directive':
      return { message: `Line ${line} is a directive that YAML does not know.`, hint: 'Remove the line.' };
    case 'other':
      return {
        message: `Line ${line} is not YAML.`,
        hint: fault.detail ? `The parser says: ${fault.detail}.` : 'Check the line above, too.',
      };
  }
}
