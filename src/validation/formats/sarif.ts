import type { Log, ReportingDescriptor, Result } from 'sarif';
import type { Diagnostic, Severity } from '../../errors/diagnostic.ts';
import { rules } from '../../manifest/rules/index.ts';
import type { ValidationReport } from '../check-files.ts';

const levels: Record<Severity, 'error' | 'warning' | 'note'> = { error: 'error', warning: 'warning', info: 'note' };

/** Findings as SARIF 2.1.0, as GitHub code scanning takes it: every rule with its help, every finding with its region. */
export function sarifText(report: ValidationReport, version: string): string {
  const indexes = new Map(rules.map((rule, index) => [rule.id, index]));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'amp', semanticVersion: version, version, rules: rules.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        artifacts: report.files.map(({ file }) => ({ location: { uri: uriOf(file) }, sourceLanguage: 'yaml' })),
        results: report.files.flatMap(({ file, diagnostics }, artifact) =>
          diagnostics.map((diagnostic) => resultOf(file, artifact, diagnostic, indexes.get(diagnostic.code))),
        ),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function descriptor(rule: (typeof rules)[number]): ReportingDescriptor {
  const name = rule.id.replace(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());
  return {
    id: rule.id,
    name,
    shortDescription: { text: rule.summary },
    fullDescription: { text: rule.why },
    help: { text: rule.why, markdown: `**${rule.summary}**\n\n${rule.why}` },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: { tags: ['manifest', rule.group.toLowerCase()] },
  };
}

function resultOf(file: string, artifact: number, diagnostic: Diagnostic, ruleIndex: number | undefined): Result {
  const { location } = diagnostic;
  const start = location?.start ?? { line: 1, column: 1 };
  const end = location?.end ?? start;
  return {
    ruleId: diagnostic.code,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levels[diagnostic.severity],
    message: { text: diagnostic.hint ? `${diagnostic.message} ${diagnostic.hint}` : diagnostic.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file), index: artifact },
          region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
        },
        ...(diagnostic.path ? { logicalLocations: [{ fullyQualifiedName: diagnostic.path }] } : {}),
      },
    ],
  };
}

/** Relative paths stay relative, percent-encoded segment by segment. */
function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
