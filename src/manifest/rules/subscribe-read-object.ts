import { findRead, hasStandardEvent, nameOf, readObjectsOf, said, subscribeObjects } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';
import { suggest } from '../suggest.ts';

export const subscribeReadObject = defineRule({
  id: 'subscribe-read-object',
  severity: 'error',
  group: 'Subscribe and write',
  summary: 'A subscribe object with events has no read object of the same name.',
  why: 'Created, updated and deleted records are delivered with the fields of the read object. Objects with only `otherEvents` need none.',
  essential: true,
  check(file, report) {
    for (const { integration, object } of subscribeObjects(file)) {
      const name = said(object.objectName);
      const reads = readObjectsOf(integration);
      // Without any read block subscribe-requires-read has said it.
      if (name === undefined || !integration.read?.objects || !hasStandardEvent(object)) continue;
      if (findRead(integration, name)) continue;
      const close = suggest(name, reads.map(nameOf));
      report(object.objectName!.spot, {
        message: `${quote(name)} is subscribed but not read.`,
        hint: close ? `Add it under read.objects, or did you mean ${quote(close)}?` : 'Add it under read.objects.',
      });
    }
  },
});
