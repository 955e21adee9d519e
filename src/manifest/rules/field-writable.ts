import { segmentsOf } from '../field-path.ts';
import { inheritedReads } from '../inherited-reads.ts';
import { fieldsOf, isSalesforceCrm, nameOf } from '../parts.ts';
import { defineRule } from '../rule.ts';

export const fieldWritable = defineRule({
  id: 'field-writable',
  severity: 'warning',
  group: 'With an org or a project',
  summary: 'A mapped field that a write object inherits can be neither created nor updated by this user.',
  why: 'Formulas, roll-ups, auto numbers and fields that field-level security makes read-only are delivered, but a write that names them is refused.',
  needs: 'org',
  check(file, report) {
    for (const { integration, read } of inheritedReads(file)) {
      const object = file.options.org?.objects.get(nameOf(read).toLowerCase());
      if (!object?.fields || !isSalesforceCrm(integration)) continue;
      for (const { fieldName, mapToName } of fieldsOf(read)) {
        if (!fieldName || !mapToName) continue;
        const [name = '', ...rest] = segmentsOf(fieldName.value);
        const field = rest.length > 0 ? undefined : object.fields.get(name.toLowerCase());
        if (!field || field.createable || field.updateable || field.type === 'id') continue;
        report(fieldName.spot, {
          message: `${object.name}.${field.name} cannot be written by this user.`,
          hint: `Leave "${mapToName.value}" out of writes, or check field-level security.`,
        });
      }
    }
  },
});
