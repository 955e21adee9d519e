import type { Diagnostic } from '../../errors/diagnostic.ts';
import type { ValidationReport } from '../check-files.ts';

/**
 * Findings as a JUnit report, for CI systems that read nothing else: a suite for each file, a case for each finding. Errors
 * (with --strict, warnings too) are failures; the rest passes and says so in system-out.
 */
export function junitText(report: ValidationReport, strict: boolean): string {
  const isFailure = (diagnostic: Diagnostic) =>
    diagnostic.severity === 'error' || (strict && diagnostic.severity === 'warning');
  const suites = report.files.map(({ file, diagnostics }) => {
    const failures = diagnostics.filter(isFailure).length;
    const cases =
      diagnostics.length === 0
        ? [`    <testcase classname="${escapeXml(file)}" name="valid"/>`]
        : diagnostics.map((diagnostic) => caseText(file, diagnostic, isFailure(diagnostic)));
    const tests = Math.max(1, diagnostics.length);
    return [
      `  <testsuite name="${escapeXml(file)}" tests="${tests}" failures="${failures}" errors="0" skipped="0">`,
      ...cases,
      '  </testsuite>',
    ].join('\n');
  });
  const tests = report.files.reduce((sum, file) => sum + Math.max(1, file.diagnostics.length), 0);
  const failures = report.files.reduce((sum, file) => sum + file.diagnostics.filter(isFailure).length, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="amp validate" tests="${tests}" failures="${failures}">`,
    ...suites,
    '</testsuites>',
  ].join('\n');
}

function caseText(file: string, diagnostic: Diagnostic, isFailure: boolean): string {
  const { location } = diagnostic;
  const place = location ? ` ${location.start.line}:${location.start.column}` : '';
  const open = `    <testcase classname="${escapeXml(file)}" name="${escapeXml(`${diagnostic.code}${place}`)}">`;
  const where = location ? `${location.file}:${location.start.line}:${location.start.column}\n` : '';
  const text = escapeXml(`${where}${diagnostic.message}${diagnostic.hint ? `\n${diagnostic.hint}` : ''}`);
  const body = isFailure
    ? `      <failure type="${escapeXml(diagnostic.code)}" message="${escapeXml(diagnostic.message)}">${text}</failure>`
    : `      <system-out>${escapeXml(diagnostic.severity)}: ${text}</system-out>`;
  return [open, body, '    </testcase>'].join('\n');
}

/** XML 1.0 knows no control characters, not even escaped. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '�')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '�')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
