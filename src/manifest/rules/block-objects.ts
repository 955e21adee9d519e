import type { Action } from '../parts.ts';
import { defineRule, isMissing, type Rule, spotForMissing } from '../rule.ts';

/** `read-objects`, `write-objects` and `subscribe-objects` say the same of three blocks. */
function defineBlockRule(action: Action): Rule {
  return defineRule({
    id: `${action}-objects`,
    severity: 'error',
    group: action === 'read' ? 'Read' : 'Subscribe and write',
    summary: `A \`${action}\` block has no objects.`,
    why: 'An empty block is not the same as none: it asks for something and does not say what.',
    essential: true,
    check(file, report) {
      const hint = 'List at least one, or remove the block.';
      for (const integration of file.integrations) {
        const block = integration[action];
        if (!block) continue;
        const message = `${action} has no objects.`;
        if (isMissing(block, 'objects')) {
          const { spot, at } = spotForMissing(block, 'objects');
          report(spot, { at, message, hint });
        } else if (block.objects?.spot.node.kind === 'list' && block.objects.spot.node.items.length === 0) {
          report(block.objects.spot, { message, hint });
        }
      }
    },
  });
}

export const readObjectsRule = defineBlockRule('read');
export const writeObjectsRule = defineBlockRule('write');
export const subscribeObjectsRule = defineBlockRule('subscribe');
