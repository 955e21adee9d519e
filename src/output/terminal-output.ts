import type { Config } from '../config/config.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { Diagnostic } from '../errors/diagnostic.ts';
import { chooseStyle } from './colour.ts';
import { renderDiagnostics } from './diagnostics.ts';
import type { Output, Progress } from './output.ts';
import { startProgress } from './progress.ts';
import type { Style } from './style.ts';

/** What Output writes to: the process's streams, or a test's. */
export interface OutputStreams {
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

export interface OutputOptions {
  config: Config;
  /** False with --no-color. */
  colour: boolean | undefined;
  /** Last filter on everything written to stderr: no secret passes, whatever wrote it. */
  redact: (text: string) => string;
  /** Called once when the reader of stdout has gone. */
  onClosed: () => void;
}

export class TerminalOutput implements Output {
  readonly json: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly width: number;
  readonly style: Style;
  readonly errorStyle: Style;
  readonly #streams: OutputStreams;
  readonly #options: OutputOptions;
  #closed = false;
  /** Drawn last; whatever else is written wipes it first and draws it again. */
  #status = '';

  constructor(streams: OutputStreams, options: OutputOptions) {
    const { config, colour } = options;
    this.#streams = streams;
    this.#options = options;
    this.json = config.json;
    this.stdoutIsTerminal = streams.stdout.isTTY === true;
    this.stderrIsTerminal = streams.stderr.isTTY === true;
    this.width = columns(streams, config.env.COLUMNS);
    this.style = chooseStyle({ flag: colour, isTerminal: this.stdoutIsTerminal, env: config.env });
    this.errorStyle = chooseStyle({ flag: colour, isTerminal: this.stderrIsTerminal, env: config.env });
    streams.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#closed) return;
      this.#closed = true;
      if (error.code !== 'EPIPE') this.#error(`Cannot write to stdout: ${error.message}`);
      options.onClosed();
    });
    // Nothing is left to tell it to; the exit code still says how it went.
    streams.stderr.on('error', () => {});
  }

  text(text: string): void {
    if (text === '') return;
    this.#out(text.endsWith('\n') ? text : `${text}\n`);
  }

  document(value: unknown): void {
    this.#out(`${JSON.stringify(value, null, 2)}\n`);
  }

  line(value: unknown): void {
    this.#out(`${JSON.stringify(value)}\n`);
  }

  bytes(chunk: Uint8Array): Promise<void> {
    const { stdout } = this.#streams;
    this.#wipeStatus();
    return new Promise((resolve, reject) => {
      const closed = () => reject(new AmpError({ code: 'output-closed', message: 'The reader of stdout has gone.' }));
      if (this.#closed) return closed();
      if (stdout.write(chunk)) return resolve();
      const onDrain = () => {
        stdout.removeListener('error', onError);
        resolve();
      };
      const onError = () => {
        stdout.removeListener('drain', onDrain);
        closed();
      };
      stdout.once('drain', onDrain);
      stdout.once('error', onError);
    });
  }

  notice(text: string): void {
    if (!this.#options.config.quiet) this.#error(text);
  }

  warning(text: string): void {
    if (!this.#options.config.quiet) this.#error(`${this.errorStyle.warn('Warning:')} ${text}`);
  }

  verbose(text: string): void {
    if (this.#options.config.verbose) this.#error(this.errorStyle.dim(text));
  }

  debug(text: string): void {
    if (this.#options.config.debug) this.#error(this.errorStyle.dim(text));
  }

  diagnostics(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string> = new Map()): void {
    if (this.json) {
      this.document({ diagnostics });
      return;
    }
    const look = { style: this.errorStyle, width: this.width, wraps: this.stderrIsTerminal };
    this.#error(renderDiagnostics(diagnostics, sources, look));
  }

  progress(label: string): Progress {
    return startProgress({
      label,
      isTerminal: this.stderrIsTerminal && this.#options.config.env.TERM !== 'dumb',
      quiet: this.#options.config.quiet,
      width: this.width,
      style: this.errorStyle,
      write: (text) => this.#error(text.replace(/\n$/, '')),
      now: () => performance.now(),
    });
  }

  status(text: string): void {
    if (!this.stderrIsTerminal || this.#options.config.quiet || this.#options.config.env.TERM === 'dumb') return;
    this.#wipeStatus();
    this.#status = text === '' ? '' : this.errorStyle.dim(this.#options.redact(text).slice(0, this.width - 1));
    this.#drawStatus();
  }

  flush(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve();
      this.#streams.stdout.write('', () => resolve());
    });
  }

  #out(text: string): void {
    if (this.#closed) return;
    this.#wipeStatus();
    this.#streams.stdout.write(text);
    this.#drawStatus();
  }

  #error(text: string): void {
    this.#wipeStatus();
    this.#streams.stderr.write(`${this.#options.redact(text)}\n`);
    this.#drawStatus();
  }

  #wipeStatus(): void {
    if (this.#status !== '') this.#streams.stderr.write('\r\u001b[2K');
  }

  #drawStatus(): void {
    if (this.#status !== '') this.#streams.stderr.write(this.#status);
  }
}

function columns(streams: OutputStreams, fromEnvironment: string | undefined): number {
  const told = streams.stdout.columns ?? streams.stderr.columns ?? Number(fromEnvironment);
  return Number.isFinite(told) && told && told >= 20 ? told : 80;
}
