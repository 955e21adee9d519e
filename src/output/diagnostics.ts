import type { Diagnostic } from '../errors/diagnostic.ts';
import type { Style } from './style.ts';

export interface RenderOptions {
  style: Style;
  width: number;
}

/** Diagnostics as text: severity and code, position, the line with a caret under the fault, and the remedy. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  options: RenderOptions,
): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, sources, options)).join('\n\n');
}

function renderDiagnostic(
  diagnostic: Diagnostic,
  sources: ReadonlyMap<string, string>,
  { style }: RenderOptions,
): string {
  const paint = { error: style.bad, warning: style.warn, info: style.info }[diagnostic.severity];
  const name = { error: 'Error', warning: 'Warning', info: 'Note' }[diagnostic.severity];
  const lines = [`${paint(`${name}:`)} ${diagnostic.message} ${style.dim(`[${diagnostic.code}]`)}`];
  const { location } = diagnostic;
  if (location) {
    lines.push(style.dim(`  at ${location.file}:${location.start.line}:${location.start.column}`));
    const line = sources.get(location.file)?.split(/\r?\n/)[location.start.line - 1];
    if (line !== undefined) {
      const number = String(location.start.line);
      const end = location.end?.line === location.start.line ? location.end.column : location.start.column + 1;
      const caret = '^'.repeat(Math.max(1, end - location.start.column));
      lines.push(`  ${style.dim(`${number} |`)} ${line}`);
      lines.push(
        `  ${style.dim(`${' '.repeat(number.length)} |`)} ${' '.repeat(location.start.column - 1)}${paint(caret)}`,
      );
    }
  }
  if (diagnostic.hint) lines.push(`  ${style.info('→')} ${diagnostic.hint}`);
  return lines.join('\n');
}
