import { defineRule } from '../rule.ts';
import { LineIndex } from '../yaml/lines.ts';

export const yamlMultipleDocuments = defineRule({
  id: 'yaml-multiple-documents',
  severity: 'warning',
  group: 'File and keys',
  summary: 'There is a second document behind `---`; it is ignored.',
  why: 'Only the first document of a file is read. Move the second one to a file of its own.',
  check(file, report) {
    for (const fault of file.parseFaults) {
      if (fault.kind !== 'second-document') continue;
      const { line } = new LineIndex(file.text).positionOf(fault.start);
      const message = line === 1 ? 'A second document is ignored.' : `Everything after line ${line - 1} is ignored.`;
      report(fault, { message, hint: 'Keep one document per file.' });
    }
  },
});
