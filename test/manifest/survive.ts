import { checkManifest } from '../../src/manifest/check.ts';
import { renderDiagnostics } from '../../src/output/diagnostics.ts';
import { plainStyle } from '../../src/output/style.ts';

/**
 * Checks any bytes and throws when a promise is broken: findings or a manifest, never an exception; every place lies in the
 * file; findings stand in file order; what is printed cannot steer a terminal.
 */
export function survive(bytes: Uint8Array): void {
  const { diagnostics, manifest, text } = checkManifest({ file: 'amp.yaml', bytes });
  const isWrong = diagnostics.some((one) => one.severity === 'error');
  must((manifest === undefined) === isWrong, 'a manifest comes out exactly when there is no error');
  const lines = text.split('\n');
  let before = { line: 1, column: 1 };
  for (const { location } of diagnostics) {
    const { start, end } = location!;
    must(start.column <= (lines[start.line - 1]?.length ?? -1) + 1, 'the place lies in the file');
    must(end!.line >= start.line, 'the end is behind the start');
    must(start.line > before.line || (start.line === before.line && start.column >= before.column), 'file order');
    before = start;
  }
  const rendered = renderDiagnostics(diagnostics, new Map([['amp.yaml', text]]), { style: plainStyle, width: 80 });
  must(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(rendered), 'nothing steers the terminal');
}

function must(isTrue: boolean, promise: string): void {
  if (!isTrue) throw new Error(`broken promise: ${promise}`);
}
