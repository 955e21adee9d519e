import { nameOf } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule, isMissing, isPresent, spotForMissing } from '../rule.ts';

export const integrationStructure = defineRule({
  id: 'integration-structure',
  severity: 'error',
  group: 'Integration',
  summary: '`integrations` is missing or empty, or an integration has none of read, write, subscribe and proxy.',
  why: 'A manifest describes what integrations do. `watchSchema` alone does not count: it watches the objects under read.',
  essential: true,
  check(file, report) {
    const { draft } = file;
    if (!draft) return;
    const hint = 'List at least one integration under "integrations:".';
    if (isMissing(draft, 'integrations')) {
      const { spot, at } = spotForMissing(draft, 'integrations');
      report(spot, { at, message: at === 'key' ? 'integrations is empty.' : 'integrations is missing.', hint });
      return;
    }
    const list = draft.integrations;
    if (list && list.spot.node.kind === 'list' && list.spot.node.items.length === 0) {
      report(list.spot, { message: 'integrations is empty.', hint });
    }
    for (const integration of file.integrations) {
      if (['read', 'write', 'subscribe', 'proxy'].some((action) => isPresent(integration, action))) continue;
      const name = nameOf(integration);
      report(integration.spot, {
        message: name === '' ? 'This integration does nothing.' : `${quote(name)} does nothing.`,
        hint: 'Add read, write, subscribe or proxy.',
      });
    }
  },
});
