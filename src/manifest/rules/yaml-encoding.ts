import { defineRule } from '../rule.ts';

export const yamlEncoding = defineRule({
  id: 'yaml-encoding',
  severity: 'error',
  group: 'File and keys',
  summary: 'The file is not UTF-8 text, or holds NUL bytes.',
  why: 'Manifests are UTF-8, with or without a byte order mark. Files saved as Latin-1 or UTF-16 would show wrong names to customers, so they are refused.',
  essential: true,
  check(file, report) {
    const fault = file.byteFault;
    if (!fault || fault.kind === 'size') return;
    const at = { start: textOffset(file.text, fault.offset), end: textOffset(file.text, fault.offset) + 1 };
    if (fault.kind === 'nul') {
      report(at, { message: `There is a NUL byte at offset ${fault.offset}.`, hint: 'Save the file as UTF-8 text.' });
      return;
    }
    const byte = `0x${fault.byte.toString(16).toUpperCase().padStart(2, '0')}`;
    report(at, { message: `Byte ${byte} at offset ${fault.offset} is not UTF-8.`, hint: 'Save the file as UTF-8.' });
  },
});

/** Offset in the decoded text for an offset in the bytes. */
function textOffset(text: string, byteOffset: number): number {
  let bytes = 0;
  let at = 0;
  for (const char of text) {
    if (bytes >= byteOffset) break;
    bytes += Buffer.byteLength(char);
    at += char.length;
  }
  return Math.min(at, text.length);
}
