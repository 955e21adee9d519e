import { AmpError } from '../errors/amp-error.ts';
import type { Prompter } from './prompt.ts';
import type { Style } from './style.ts';

export interface PromptStreams {
  /** Opened when first looked at: most commands ask nothing, and opening it loads a part of Node. */
  readonly stdin: NodeJS.ReadStream;
  stderr: NodeJS.WriteStream;
  style: Style;
  signal: AbortSignal;
}

/** Asks on stderr, reads from stdin, and refuses with the flag's name where nobody can answer. */
export function createPrompter(streams: PromptStreams): Prompter {
  const { stderr, style, signal } = streams;
  const isAvailable = () => stderr.isTTY === true && streams.stdin.isTTY === true;

  async function ask(question: string, flag: string, withdrawn?: AbortSignal): Promise<string> {
    if (!isAvailable()) {
      throw new AmpError({
        code: 'prompt-unavailable',
        message: `"${question}" cannot be asked: this is not a terminal.`,
        hint: `Answer it with ${flag}.`,
      });
    }
    // Loading readline costs every command; only questions need it.
    const { createInterface } = await import('node:readline/promises');
    const lines = createInterface({ input: streams.stdin, output: stderr });
    // readline keeps Ctrl-C for itself; without this the question would hang.
    const stopped = new AbortController();
    lines.once('SIGINT', () => stopped.abort());
    try {
      const answer = await lines.question(`${style.accent('?')} ${question} `, {
        signal: AbortSignal.any([signal, stopped.signal, ...(withdrawn ? [withdrawn] : [])]),
      });
      return answer.trim();
    } catch (error) {
      if (!stopped.signal.aborted) throw error;
      stderr.write('\n');
      throw new AmpError({ code: 'interrupted', message: 'Stopped at the prompt.' });
    } finally {
      lines.close();
    }
  }

  return {
    get available() {
      return isAvailable();
    },
    async confirm(question, { flag, default: preset = false }) {
      const answer = (await ask(`${question} ${style.dim(preset ? '(Y/n)' : '(y/N)')}`, flag)).toLowerCase();
      return answer === '' ? preset : answer === 'y' || answer === 'yes';
    },
    async confirmTyped(question, { flag, expected }) {
      return (await ask(`${question} ${style.dim(`(type ${expected})`)}`, flag)) === expected;
    },
    async text(question, { flag, default: preset, validate, signal: withdrawn }) {
      for (;;) {
        const answer =
          (await ask(preset ? `${question} ${style.dim(`(${preset})`)}` : question, flag, withdrawn)) || (preset ?? '');
        const fault = validate?.(answer);
        if (!fault) return answer;
        stderr.write(`  ${style.bad(fault)}\n`);
      }
    },
    secret(question, { flag }) {
      return askHidden(question, flag);
    },
    async choose(question, { flag, choices, default: preset, unlisted }) {
      if (isAvailable()) {
        const list = choices.map((choice, index) => {
          const mark = choice.value === preset ? style.accent('›') : ' ';
          return ` ${mark} ${String(index + 1).padStart(2)}  ${choice.label}${choice.hint ? `  ${style.dim(choice.hint)}` : ''}`;
        });
        stderr.write(`${list.join('\n')}\n`);
      }
      for (;;) {
        const answer = await ask(question, flag);
        if (answer === '' && preset !== undefined) return preset;
        const typed = answer.toLowerCase();
        const isTyped = ({ value, label }: { value: string; label: string }) =>
          value.toLowerCase() === typed || label.toLowerCase() === typed;
        const chosen = (choices[Number(answer) - 1] ?? choices.find(isTyped))?.value ?? unlisted?.(answer);
        if (chosen !== undefined) return chosen;
        stderr.write(`  ${style.bad(`Choose 1 to ${choices.length}${unlisted ? ', or type a name' : ''}.`)}\n`);
      }
    },
  };

  /** Raw mode: typed characters are not echoed and never reach a history. */
  async function askHidden(question: string, flag: string): Promise<string> {
    if (!isAvailable()) return ask(question, flag);
    const { stdin } = streams;
    // Before the question: what is typed (or pasted) early must not be echoed either.
    stdin.setRawMode(true);
    stderr.write(`${style.accent('?')} ${question} `);
    stdin.resume();
    stdin.setEncoding('utf8');
    let typed = '';
    try {
      return await new Promise<string>((resolve, reject) => {
        const onAbort = () => reject(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        stdin.on('data', (chunk) => {
          for (const character of String(chunk)) {
            if (character === '\r' || character === '\n' || character === '\u0004') return resolve(typed);
            if (character === '\u0003')
              return reject(new AmpError({ code: 'interrupted', message: 'Stopped at the prompt.' }));
            typed = character === '\u007f' ? typed.slice(0, -1) : typed + character;
          }
        });
      });
    } finally {
      stdin.removeAllListeners('data');
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    }
  }
}
