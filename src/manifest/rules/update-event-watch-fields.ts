import { said, subscribeObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { replaceValue } from '../repairs.ts';
import { defineRule, isMissing, isPresent } from '../rule.ts';

export const updateEventWatchFields = defineRule({
  id: 'update-event-watch-fields',
  severity: 'error',
  group: 'Subscribe and write',
  summary:
    '`updateEvent` has not exactly one of `requiredWatchFields` and `watchFieldsAuto`, or an empty or unknown value there.',
  why: 'An update is delivered when a watched field changes, so something has to be watched: named fields, `all`, or the fields `selected` by the installation.',
  essential: true,
  check(file, report) {
    for (const { object } of subscribeObjects(file)) {
      const event = object.updateEvent;
      if (!event) continue;
      const auto = said(event.watchFieldsAuto);
      const hasAuto = auto !== undefined || event.unusable?.get('watchFieldsAuto')?.isNull === false;
      const hasList = isPresent(event, 'requiredWatchFields');
      const hint = 'Name fields, or set watchFieldsAuto: all.';
      if (hasAuto && hasList) {
        report(event.spot, { message: 'requiredWatchFields and watchFieldsAuto are both set.', hint: 'Keep one.' });
      } else if (!hasAuto && !hasList && isMissing(event, 'requiredWatchFields')) {
        report(event.spot, { message: 'updateEvent watches nothing.', hint });
      }
      if (auto !== undefined && auto !== 'all' && auto !== 'selected') {
        const { spot } = event.watchFieldsAuto!;
        const meant = ['all', 'selected'].find((known) => known === auto.toLowerCase());
        report(spot, {
          message: `${quote(auto)} is not a value of watchFieldsAuto.`,
          hint: 'Use all or selected.',
          fix: meant ? replaceValue(file.text, spot, meant, `wrote watchFieldsAuto ${auto} as ${meant}`) : undefined,
        });
      }
      const list = event.requiredWatchFields;
      if (!list) continue;
      const { node } = list.spot;
      if (node.kind === 'list' && node.items.length === 0)
        report(list.spot, { message: 'requiredWatchFields is empty.', hint });
      for (const item of list.items) {
        if (item.value.trim() === '')
          report(item.spot, { message: 'A watch name is blank.', hint: 'Name a field, or remove the item.' });
      }
    }
  },
});
