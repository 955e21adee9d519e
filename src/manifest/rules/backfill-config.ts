import type { DraftReadObject } from '../keys.ts';
import { readObjects } from '../parts.ts';
import { removeKey } from '../repairs.ts';
import { defineRule, isMissing, isPresent, spotForMissing } from '../rule.ts';

export const backfillConfig = defineRule({
  id: 'backfill-config',
  severity: 'error',
  group: 'Read',
  summary: 'A backfill has no `defaultPeriod`, or not exactly one of `days` and `fullHistory`, or days below 0.',
  why: '`days: N` sends the last N days at install, `fullHistory: true` everything; both at once contradict each other.',
  essential: true,
  check(file, report) {
    for (const { object } of readObjects(file)) {
      const { backfill } = object;
      if (!backfill) continue;
      const period = backfill.defaultPeriod;
      if (isMissing(backfill, 'defaultPeriod')) {
        const { spot, at } = spotForMissing(backfill, 'defaultPeriod');
        report(spot, {
          at,
          message: 'backfill has no defaultPeriod.',
          hint: 'Add defaultPeriod with days or fullHistory.',
        });
      } else if (period) {
        const hasDays = isPresent(period, 'days');
        const hasFull = isPresent(period, 'fullHistory');
        if (hasDays && hasFull) {
          const choices = choicesFor(file.text, period);
          report(period.spot, { message: 'days and fullHistory are both set.', hint: 'Keep one.', ...choices });
        }
        if (!hasDays && !hasFull) {
          report(period.spot, {
            message: 'defaultPeriod says neither days nor fullHistory.',
            hint: 'Set one of them.',
          });
        }
        if (period.days && period.days.value < 0) {
          report(period.days.spot, {
            message: `days is ${period.days.value}.`,
            hint: 'Use 0 for none, or a number of days.',
          });
        }
      }
    }
  },
});

/** Keep days, or keep fullHistory: only a person knows. */
function choicesFor(text: string, period: NonNullable<NonNullable<DraftReadObject['backfill']>['defaultPeriod']>) {
  if (!period.days || !period.fullHistory) return {};
  const keepDays = removeKey(text, period, period.fullHistory.spot);
  const keepFull = removeKey(text, period, period.days.spot);
  if (!keepDays || !keepFull) return {};
  return {
    choices: [
      { ...keepDays, title: `kept days: ${period.days.value}` },
      { ...keepFull, title: 'kept fullHistory' },
    ],
  };
}
