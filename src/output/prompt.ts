/** Questions to a person. Only when stdin and stderr are terminals; otherwise every method throws `prompt-unavailable` (exit 64). */
export interface Prompter {
  readonly available: boolean;
  /** `flag` names what answers this question without a terminal. */
  confirm(question: string, options: { flag: string; default?: boolean }): Promise<boolean>;
  /** Typed word that must equal `expected`, for things that break customers. */
  confirmTyped(question: string, options: { flag: string; expected: string }): Promise<boolean>;
  text(
    question: string,
    options: {
      flag: string;
      default?: string;
      validate?: (value: string) => string | undefined;
      /** Takes the question back (its answer came another way). */
      signal?: AbortSignal;
    },
  ): Promise<string>;
  /** Not echoed. */
  secret(question: string, options: { flag: string }): Promise<string>;
  choose<Value extends string>(
    question: string,
    options: {
      flag: string;
      choices: { value: Value; label: string; hint?: string }[];
      default?: Value;
      /** Answers that are not in the list: the value somebody means who types it. */
      unlisted?: (typed: string) => Value | undefined;
    },
  ): Promise<Value>;
}
