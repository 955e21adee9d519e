import type { Diagnostic } from '../errors/diagnostic.ts';
import type { Style } from './style.ts';

/** The one way out of the process. Results on stdout; everything else on stderr. A closed pipe ends quietly. */
export interface Output {
  readonly json: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Columns to lay text out for: the terminal's, or 80. */
  readonly width: number;
  /** Colours for stdout and for stderr; plain when the stream is not a terminal or NO_COLOR is set. */
  readonly style: Style;
  readonly errorStyle: Style;
  /** Result text, ended with a newline. */
  text(text: string): void;
  /** One JSON document (pretty), the result of a command. */
  document(value: unknown): void;
  /** One NDJSON line of a stream. */
  line(value: unknown): void;
  /** Raw bytes of a result (NDJSON, CSV); resolves when the reader can take more. Rejects with `output-closed` when it is gone. */
  bytes(chunk: Uint8Array): Promise<void>;
  /** For people, on stderr; silent with --quiet. */
  notice(text: string): void;
  warning(text: string): void;
  /** Only with --verbose or --debug / --debug. */
  verbose(text: string): void;
  debug(text: string): void;
  /** Diagnostics as text on stderr (with excerpt and caret when the source is at hand), or as JSON on stdout. */
  diagnostics(diagnostics: readonly Diagnostic[], sources?: ReadonlyMap<string, string>): void;
  /** A live line on a terminal, one line every few seconds elsewhere, nothing with --quiet. */
  progress(label: string): Progress;
  /** One line that stays below everything else while a terminal is watched; '' takes it away. Nothing elsewhere. */
  status(text: string): void;
  flush(): Promise<void>;
}

export interface Progress {
  /** `done` of `total` (when known) and a short text behind it. */
  update(state: { done?: number; total?: number | undefined; text?: string }): void;
  /** Ends the line; `text` replaces it (a check mark goes before it). */
  succeed(text?: string): void;
  fail(text?: string): void;
  stop(): void;
}
