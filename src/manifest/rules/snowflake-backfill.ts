import { readObjects, said } from '../parts.ts';
import { defineRule } from '../rule.ts';

export const snowflakeBackfill = defineRule({
  id: 'snowflake-backfill',
  severity: 'error',
  group: 'watchSchema and provider',
  summary: 'A Snowflake backfill is bounded by `days`.',
  why: 'Tables have no common column that says when a row changed, so a period cannot be cut out.',
  check(file, report) {
    for (const { integration, object } of readObjects(file)) {
      const days = object.backfill?.defaultPeriod?.days;
      if (said(integration.provider) !== 'snowflake' || !days || days.value <= 0) continue;
      report(days.spot, { message: 'Snowflake backfills cannot be bounded.', hint: 'Use fullHistory: true.' });
    }
  },
});
