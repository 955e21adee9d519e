import { spawn } from 'node:child_process';
import { AmpError } from '../errors/amp-error.ts';
import type { Output } from '../output/output.ts';
import { ownCommand } from '../platform/self.ts';
import { shellWord } from '../platform/shell-word.ts';

/** Where the story is told: real amp commands as a person would type them, in a folder and a home of their own. */
export interface Stage {
  /** A numbered heading and a sentence or two. */
  chapter(title: string, text: string): void;
  say(text: string): void;
  /** Shows a file with a rule beside it. */
  file(name: string, text: string): void;
  /** Types `amp …`, shows what it prints, and answers its stdout. Throws `demo-step-failed` for another exit code. */
  amp(args: string[], options?: StepOptions): Promise<string>;
}

export interface StepOptions {
  exit?: number;
  /** Run it behind the scenes. */
  silent?: boolean;
  /** Show the command, keep what it prints to ourselves (a secret, a document for the story). */
  hideOutput?: boolean;
  /** What to show instead of the real arguments (ports and ids differ each time). */
  shown?: string;
}

export interface StageOptions {
  output: Output;
  folder: string;
  env: Record<string, string>;
  signal: AbortSignal;
}

export function createStage({ output, folder, env, signal }: StageOptions): Stage {
  const style = output.json ? output.errorStyle : output.style;
  // The story is the result; with --json the document is, and the story goes where notices go.
  const tell = (text: string) => (output.json ? output.notice(text) : output.text(text));
  let chapters = 0;
  return {
    chapter(title, text) {
      chapters++;
      const head = `${chapters}  ${title} `;
      tell(`\n${style.bold(head)}${style.dim('─'.repeat(Math.max(3, Math.min(output.width, 80) - head.length)))}`);
      if (text) tell(style.dim(text));
    },
    say: tell,
    file(name, text) {
      tell(style.dim(`\n  ${name}`));
      for (const line of text.trimEnd().split('\n'))
        tell(`  ${style.dim('│')} ${line.replace(/#.*/, (comment) => style.dim(comment))}`);
    },
    async amp(args, { exit = 0, silent = false, hideOutput = silent, shown } = {}) {
      if (!silent) tell(`\n${style.accent('$')} amp ${shown ?? args.map(shellWord).join(' ')}`);
      const result = await runStep(args);
      if (result.code !== exit) {
        throw new AmpError({
          code: 'demo-step-failed',
          message: `amp ${args.join(' ')} ended with ${result.code ?? result.signal} instead of ${exit}.`,
          ...(hideOutput && result.stderr.trim() ? { causes: [result.stderr.trim()] } : {}),
        });
      }
      return result.stdout;

      /** stderr goes straight to the person (progress needs the terminal); stdout is ours to show and to read. */
      function runStep(
        words: string[],
      ): Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }> {
        const { program, args: own } = ownCommand();
        return new Promise((resolve, reject) => {
          const child = spawn(program, [...own, ...words], {
            cwd: folder,
            env,
            stdio: ['ignore', 'pipe', hideOutput ? 'pipe' : 'inherit'],
            signal,
          });
          let stdout = '';
          let stderr = '';
          child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
            stdout += chunk;
            if (!hideOutput) tell(chunk.replace(/\n$/, ''));
          });
          child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
            stderr += chunk;
          });
          child.on('error', reject);
          child.on('close', (code, name) => resolve({ code, signal: name, stdout, stderr }));
        });
      }
    },
  };
}
