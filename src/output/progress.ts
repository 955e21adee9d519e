import { groupDigits } from '../platform/group-digits.ts';
import type { Progress } from './output.ts';
import type { Style } from './style.ts';

export interface ProgressTarget {
  label: string;
  isTerminal: boolean;
  quiet: boolean;
  width: number;
  style: Style;
  write(text: string): void;
  now(): number;
}

const lineEveryMs = 5_000;

/** A spinner with a bar on a terminal, a plain line every few seconds elsewhere. */
export function startProgress(target: ProgressTarget): Progress {
  if (target.quiet) return { update() {}, succeed() {}, fail() {}, stop() {} };
  return target.isTerminal ? new LiveProgress(target) : new LineProgress(target);
}

type State = Parameters<Progress['update']>[0];

class LineProgress implements Progress {
  readonly #target: ProgressTarget;
  #lastAt: number;

  constructor(target: ProgressTarget) {
    this.#target = target;
    this.#lastAt = target.now();
  }

  update(state: State): void {
    const now = this.#target.now();
    if (now - this.#lastAt < lineEveryMs) return;
    this.#lastAt = now;
    this.#target.write(`${this.#target.label}: ${describe(state)}\n`);
  }

  succeed(text?: string): void {
    if (text) this.#target.write(`${text}\n`);
  }

  fail(text?: string): void {
    if (text) this.#target.write(`${text}\n`);
  }

  stop(): void {}
}

class LiveProgress implements Progress {
  readonly #target: ProgressTarget;
  #spinner: import('ora').Ora | undefined;
  #text: string;
  #ended = false;

  constructor(target: ProgressTarget) {
    this.#target = target;
    this.#text = target.label;
    // ora costs 55 ms to load: only what lasts gets a spinner.
    const timer = setTimeout(async () => {
      const { default: ora } = await import('ora');
      if (this.#ended) return;
      this.#spinner = ora({ text: this.#text, stream: process.stderr, discardStdin: false, hideCursor: true }).start();
    }, 150);
    timer.unref();
  }

  update(state: State): void {
    const { label, style, width } = this.#target;
    const bar = state.total ? `${renderBar((state.done ?? 0) / state.total, Math.min(24, width - 50), style)} ` : '';
    this.#text = `${label}  ${bar}${describe(state)}`;
    if (this.#spinner) this.#spinner.text = this.#text;
  }

  succeed(text?: string): void {
    this.#end();
    const { style, label } = this.#target;
    this.#target.write(`${style.good('✔')} ${text ?? label}\n`);
  }

  fail(text?: string): void {
    this.#end();
    const { style, label } = this.#target;
    this.#target.write(`${style.bad('✖')} ${text ?? label}\n`);
  }

  stop(): void {
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#spinner?.stop();
    this.#spinner = undefined;
  }
}

/** `█████░░░░░` for a share between 0 and 1. */
export function renderBar(share: number, columns: number, style: Style): string {
  const size = Math.max(columns, 8);
  const full = Math.round(Math.min(Math.max(share, 0), 1) * size);
  return style.info('█'.repeat(full)) + style.dim('░'.repeat(size - full));
}

function describe(state: State): string {
  const count = (value: number) => groupDigits(value);
  const parts: string[] = [];
  if (state.done !== undefined)
    parts.push(state.total ? `${count(state.done)} of ${count(state.total)}` : count(state.done));
  if (state.text) parts.push(state.text);
  return parts.join('  ');
}
