import type { Prompter } from '../../src/output/prompt.ts';

export interface ScriptedPrompt extends Prompter {
  asked: string[];
  choices: { values: string[]; preset: string | undefined }[];
}

/** A person who gives these answers in turn; `undefined` presses Enter. */
export function scriptedPrompt(answers: unknown[], available = true): ScriptedPrompt {
  const left = [...answers];
  const asked: string[] = [];
  const choices: ScriptedPrompt['choices'] = [];
  const answer = (question: string) => {
    asked.push(question);
    if (left.length === 0) throw new Error(`Nobody expected to be asked: ${question}`);
    return left.shift();
  };
  return {
    available,
    asked,
    choices,
    confirm: async (question, { default: preset = false }) => (answer(question) as boolean | undefined) ?? preset,
    confirmTyped: async (question, { expected }) => answer(question) === expected,
    text: async (question, { default: preset = '' }) => (answer(question) as string | undefined) ?? preset,
    secret: async (question) => answer(question) as string,
    async choose(question, options) {
      choices.push({ values: options.choices.map(({ value }) => value), preset: options.default });
      return (answer(question) as typeof options.default) ?? options.default!;
    },
  };
}
