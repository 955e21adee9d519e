import { segmentsOf } from '../field-path.ts';
import { fieldsOf, readObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

interface NameTree {
  /** The name as first written, when a field is delivered here. */
  taken?: string;
  below: Map<string, NameTree>;
}

export const fieldMappingUnique = defineRule({
  id: 'field-mapping-unique',
  severity: 'error',
  group: 'Read',
  summary: 'Two fields of one object are delivered under the same `mapToName`, or one name lies inside of the other.',
  why: "One value would overwrite the other. A path builds a nested value, so `address` beside `$['address']['city']` collides too.",
  essential: true,
  check(file, report) {
    for (const { object } of readObjects(file)) {
      const tree: NameTree = { below: new Map() };
      for (const { mapToName } of fieldsOf(object)) {
        if (!mapToName) continue;
        const clash = claim(tree, segmentsOf(mapToName.value), mapToName.value);
        if (clash === undefined) continue;
        report(mapToName.spot, {
          at: 'alias',
          message:
            clash === mapToName.value
              ? `Two fields are delivered as ${quote(clash)}.`
              : `${quote(mapToName.value)} collides with ${quote(clash)}.`,
          hint: 'Give one another name.',
        });
      }
    }
  },
});

/** Takes a name in the tree; gives the earlier name it collides with. */
function claim(tree: NameTree, segments: readonly string[], written: string): string | undefined {
  let node = tree;
  for (const segment of segments) {
    if (node.taken !== undefined) return node.taken;
    let next = node.below.get(segment);
    if (!next) {
      next = { below: new Map() };
      node.below.set(segment, next);
    }
    node = next;
  }
  const clash = node.taken ?? firstTaken(node);
  node.taken ??= written;
  return clash;
}

function firstTaken(node: NameTree): string | undefined {
  for (const next of node.below.values()) {
    const taken = next.taken ?? firstTaken(next);
    if (taken !== undefined) return taken;
  }
  return undefined;
}
