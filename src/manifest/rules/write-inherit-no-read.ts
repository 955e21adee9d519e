import { findRead, said, writeObjectsOf } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule } from '../rule.ts';

export const writeInheritNoRead = defineRule({
  id: 'write-inherit-no-read',
  severity: 'warning',
  group: 'Subscribe and write',
  summary: 'A write object inherits the mapping of a read object that is not there.',
  why: "`inheritMapping: true` turns the read object's names around. Without one, names are sent to the provider as they are.",
  check(file, report) {
    for (const integration of file.integrations) {
      for (const object of writeObjectsOf(integration)) {
        const name = said(object.objectName);
        if (name === undefined || object.inheritMapping?.value !== true) continue;
        if (findRead(integration, name)) continue;
        report(object.inheritMapping.spot, {
          message: `There is no mapping to inherit for ${quote(name)}.`,
          hint: 'Read it too, or drop inheritMapping.',
        });
      }
    }
  },
});
