import { quote } from '../quote.ts';
import { replaceValue } from '../repairs.ts';
import { defineRule, type Fix, isMissing, spotForMissing } from '../rule.ts';

export const specVersion = defineRule({
  id: 'spec-version',
  severity: 'error',
  group: 'Integration',
  summary: '`specVersion` is missing or not `1.0.0`.',
  why: 'It says which version of the language the file is written in; there is one so far. Unquoted `1.0` is a number in YAML and turns into "1", so write all three parts.',
  essential: true,
  check(file, report) {
    const { draft } = file;
    if (!draft) return;
    const version = draft.specVersion;
    if (isMissing(draft, 'specVersion')) {
      const { spot, at } = spotForMissing(draft, 'specVersion');
      report(spot, {
        at,
        message: 'specVersion is missing.',
        hint: 'Start the file with "specVersion: 1.0.0".',
        ...fixMissing(file.text, draft),
      });
    } else if (version && version.value !== '1.0.0') {
      const { node } = version.spot;
      const written = node.kind === 'scalar' && node.text !== '' ? node.text : version.value;
      // 1 and 1.0 can only mean the one version there is; 2.0.0 may be a file for another tool.
      const fix = /^v?1(?:\.0)?$/.test(written)
        ? replaceValue(file.text, version.spot, '1.0.0', 'wrote specVersion as 1.0.0')
        : undefined;
      report(version.spot, {
        message: written.trim() === '' ? 'specVersion is blank.' : `specVersion ${unquoted(written)} is not supported.`,
        hint: 'Use 1.0.0.',
        fix,
      });
    }
  },
});

function unquoted(written: string): string {
  return quote(written, 20).slice(1, -1);
}

function fixMissing(
  text: string,
  draft: { spot: { node: { start: number; kind: string } }; unusable?: unknown },
): { fix?: Fix } {
  const { node } = draft.spot;
  // Only before a block mapping at the left margin, and never beside an empty specVersion.
  const isPlainStart = text[node.start] !== '{' && (node.start === 0 || text[node.start - 1] === '\n');
  const hasEmpty = (draft.unusable as Map<string, unknown> | undefined)?.has('specVersion');
  if (!isPlainStart || hasEmpty) return {};
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const edit = { start: node.start, end: node.start, text: `specVersion: 1.0.0${newline}` };
  return { fix: { title: 'added specVersion: 1.0.0', edits: [edit] } };
}
