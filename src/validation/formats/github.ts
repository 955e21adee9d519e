import type { Diagnostic } from '../../errors/diagnostic.ts';
import type { ValidationReport } from '../check-files.ts';

/**
 * Findings as GitHub Actions workflow commands: annotations on the lines of a pull request.
 * Source: GitHub Docs, "Workflow commands for GitHub Actions", Setting a notice, warning or error message.
 */
export function githubText(report: ValidationReport): string {
  // Notes would stand on every pull request: CI has no destinations to compare with.
  const lines = report.files.flatMap((file) =>
    file.diagnostics
      .filter((diagnostic) => diagnostic.severity !== 'info')
      .map((diagnostic) => annotation(file.file, diagnostic)),
  );
  const { errors, warnings, files } = report.summary;
  return [...lines, `amp validate: ${files} checked, ${errors} errors, ${warnings} warnings`].join('\n');
}

function annotation(file: string, diagnostic: Diagnostic): string {
  const { location } = diagnostic;
  const command = diagnostic.severity === 'error' ? 'error' : 'warning';
  const properties = [
    `file=${escapeProperty(location?.file ?? file)}`,
    ...(location ? [`line=${location.start.line}`, `col=${location.start.column}`] : []),
    // GitHub takes end columns only within one line.
    ...(location?.end ? [`endLine=${location.end.line}`] : []),
    ...(location?.end && location.end.line === location.start.line ? [`endColumn=${location.end.column}`] : []),
    `title=${escapeProperty(diagnostic.code)}`,
  ];
  const message = diagnostic.hint ? `${diagnostic.message}\n${diagnostic.hint}` : diagnostic.message;
  return `::${command} ${properties.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
