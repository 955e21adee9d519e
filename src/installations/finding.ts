import type { Diagnostic, Severity } from '../errors/diagnostic.ts';

/** One thing wrong, or odd, in an installation's config. `path` is inside the config: `$.read.objects.lead.schedule`. */
export interface ConfigFinding {
  code: string;
  severity: Severity;
  path: string;
  message: string;
  hint?: string;
}

export function findingDiagnostic(finding: ConfigFinding): Diagnostic {
  return { ...finding, docsUrl: `docs/errors.md#${finding.code}` };
}
