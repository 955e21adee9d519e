import { isSalesforceCrm, nameOf, subscribeObjects } from '../parts.ts';
import { defineRule } from '../rule.ts';

export const objectWatchable = defineRule({
  id: 'object-watchable',
  severity: 'warning',
  group: 'With an org or a project',
  summary: 'A subscribe object has no change events in this org.',
  why: 'Change Data Capture covers custom objects and most standard ones. For others no event ever comes: read them on a schedule.',
  needs: 'org',
  check(file, report) {
    for (const { integration, object } of subscribeObjects(file)) {
      const known = file.options.org?.objects.get(nameOf(object).toLowerCase());
      if (!known || known.watchable || !isSalesforceCrm(integration)) continue;
      report(object.objectName!.spot, {
        message: `${known.name} has no change events.`,
        hint: 'Read it on a schedule instead.',
      });
    }
  },
});
