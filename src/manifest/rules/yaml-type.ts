import type { DecodeFault, ExpectedType, FoundType } from '../decode.ts';
import { quote } from '../quote.ts';
import { defineRule, type Fix } from '../rule.ts';
import type { Spot } from '../spot.ts';

type TypeFault = Extract<DecodeFault, { kind: 'wrong-type' }>;

export const yamlType = defineRule({
  id: 'yaml-type',
  severity: 'error',
  group: 'File and keys',
  summary: 'A value has the wrong type: text for a number, a list for a mapping, an empty file.',
  why: 'Numbers and booleans are accepted where text is expected, but not the other way round: `enabled: "true"` is text, not a boolean. Remove the quotes, or write the value as the key wants it.',
  essential: true,
  check(file, report) {
    if (file.isEmpty) {
      report({ start: 0, end: 0 }, { message: 'The file is empty.', hint: 'Run amp init to write a manifest.' });
    }
    for (const fault of file.parseFaults) {
      if (fault.kind === 'key-not-text') {
        report(fault, { message: 'A key is a list or a mapping; keys are text.', hint: 'Write the key as one word.' });
      } else if (fault.kind === 'unknown-tag') {
        report(fault, { message: `The tag ${quote(fault.tag)} means nothing here.`, hint: 'Remove it.' });
      }
    }
    for (const fault of file.decodeFaults) {
      if (fault.kind !== 'wrong-type') continue;
      const fix = repairOf(file.text, fault);
      report(fault.spot, {
        message: `${nameOf(fault.spot)} is ${shown(fault.found)}; ${wanted[fault.expected]} is expected.`,
        hint: fix ? 'Remove the quotes.' : hintFor(fault),
        ...(fix ? { fix } : {}),
      });
    }
  },
});

const wanted: Record<ExpectedType, string> = {
  text: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  list: 'a list',
  mapping: 'a mapping',
};

function nameOf(spot: Spot): string {
  if (!spot.parent) return 'The file';
  if (typeof spot.step === 'number') return `Item ${spot.step + 1} of ${String(spot.parent.step)}`;
  return spot.step;
}

function shown(found: FoundType): string {
  if (found.type === 'text') return `the text ${quote(found.written, 40)}`;
  if (found.type === 'number') return `the ${found.fraction ? 'fraction' : 'number'} ${found.written}`;
  if (found.type === 'boolean') return found.written;
  if (found.type === 'null') return 'empty';
  return `a ${found.type}`;
}

function hintFor(fault: TypeFault): string {
  if (!fault.spot.parent) return 'A manifest starts with "specVersion: 1.0.0" and "integrations:".';
  if (fault.expected === 'list') return 'Start each item with "- ".';
  if (fault.expected === 'mapping') {
    const { spec } = fault;
    return spec.type === 'mapping'
      ? `Its keys are ${Object.keys(spec.keys).slice(0, 4).join(', ')}.`
      : 'Write keys with values.';
  }
  if (fault.expected === 'integer') return 'Write digits only.';
  return fault.expected === 'boolean' ? 'Write true or false.' : 'Write one line of text.';
}

/** `"true"` and `'3'`: the quotes go. */
function repairOf(text: string, fault: TypeFault): Fix | undefined {
  const { node } = fault.spot;
  // Quoted, that is: not plain, and no block of text either.
  if (node.kind !== 'scalar' || node.plain || !/^["']/.test(text[node.start] ?? '')) return undefined;
  const fits =
    fault.expected === 'boolean' ? /^(?:true|false)$/ : fault.expected === 'integer' ? /^(?:0|[1-9]\d*)$/ : undefined;
  if (!fits?.test(node.text)) return undefined;
  return {
    title: `removed the quotes of ${String(fault.spot.step)}`,
    edits: [{ start: node.start, end: node.end, text: node.text }],
  };
}
