import type { DecodeFault, FoundType } from '../decode.ts';
import { quote } from '../quote.ts';
import { defineRule, type Fix } from '../rule.ts';

type ShapeFault = Extract<DecodeFault, { kind: 'field-shape' }>;

export const fieldShape = defineRule({
  id: 'field-shape',
  severity: 'error',
  group: 'Read',
  summary: 'A field entry is not a mapping with `fieldName` or `mapToName`, or one of its values is not text.',
  why: 'Write `- fieldName: email` for a fixed field and `- mapToName: note` for one the customer picks. Numbers and booleans are not turned into text here.',
  essential: true,
  check(file, report) {
    for (const fault of file.decodeFaults) {
      if (fault.kind === 'field-shape') report(fault.spot, { ...explain(fault), fix: repairOf(file.text, fault) });
    }
  },
});

function explain(fault: ShapeFault): { message: string; hint: string } {
  const { found } = fault;
  switch (fault.problem) {
    case 'not-a-mapping':
      return found.type === 'text'
        ? {
            message: `${quote(found.written, 40)} is text, not a field entry.`,
            hint: `Write "- fieldName: ${found.written.slice(0, 40)}".`,
          }
        : { message: `A field entry is ${shown(found)}.`, hint: 'Write "- fieldName: …" or "- mapToName: …".' };
    case 'no-name':
      return {
        message: 'This field entry has neither fieldName nor mapToName.',
        hint: 'Name the field, or what it is mapped to.',
      };
    case 'not-text':
      return {
        message: `${String(fault.spot.step)} is ${shown(found)}.`,
        hint: found.type === 'number' || found.type === 'boolean' ? 'Quote it.' : 'Write one line of text.',
      };
    case 'blank':
      return { message: `${String(fault.spot.step)} is blank.`, hint: 'Fill it in, or remove it.' };
  }
}

/** `- email` can only be the field of that name, 123 only the text. Of `no` and 010 the author knows what was meant. */
function repairOf(text: string, { problem, spot, found }: ShapeFault): Fix | undefined {
  const { node } = spot;
  if (node.kind !== 'scalar' || spot.alias) return undefined;
  const written = text.slice(node.start, node.end);
  if (problem === 'not-text' && found.type === 'number' && /^(?:0|[1-9]\d*)$/.test(written)) {
    return { title: `quoted ${written}`, edits: [{ start: node.start, end: node.end, text: `"${written}"` }] };
  }
  if (problem !== 'not-a-mapping' || found.type !== 'text' || written.includes('\n')) return undefined;
  // An anchor or a tag in front would go to the key.
  if (!/(?:-|[[,])[ \t]*$/.test(text.slice(0, node.start))) return undefined;
  const isInFlow = spot.parent?.node.kind === 'list' && spot.parent.node.flow;
  const entry = isInFlow ? `{fieldName: ${written}}` : `fieldName: ${written}`;
  return { title: `wrote ${written} as ${entry}`, edits: [{ start: node.start, end: node.end, text: entry }] };
}

function shown(found: FoundType): string {
  if (found.type === 'number') return `the number ${found.written}`;
  if (found.type === 'boolean') return `the boolean ${found.written}`;
  return found.type === 'null' ? 'empty' : `a ${found.type}`;
}
