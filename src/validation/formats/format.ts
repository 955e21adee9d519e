import type { ValidationReport } from '../check-files.ts';

export type MachineFormat = 'json' | 'sarif' | 'github' | 'junit';

/** The report for programs. `version` is amp's own. */
export async function formatReport(
  format: MachineFormat,
  report: ValidationReport,
  { strict, version }: { strict: boolean; version: string },
): Promise<string> {
  switch (format) {
    case 'json':
      return JSON.stringify(report, null, 2);
    case 'sarif':
      return (await import('./sarif.ts')).sarifText(report, version);
    case 'github':
      return (await import('./github.ts')).githubText(report);
    case 'junit':
      return (await import('./junit.ts')).junitText(report, strict);
  }
}
