import type { Environment } from '../config/env.ts';
import { plainStyle, type Style } from './style.ts';

export interface ColourChoice {
  /** False with --no-color. */
  flag: boolean | undefined;
  isTerminal: boolean;
  env: Environment;
}

/** --no-color, then NO_COLOR, then FORCE_COLOR, then what the stream is (no-color.org, force-color.org). */
export function wantsColour({ flag, isTerminal, env }: ColourChoice): boolean {
  if (flag === false) return false;
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0';
  return isTerminal && env.TERM !== 'dumb';
}

/** Eight styles are eight pairs of codes (ECMA-48, SGR); a colour library would cost every command its loading time. */
export function chooseStyle(choice: ColourChoice): Style {
  if (!wantsColour(choice)) return plainStyle;
  const between = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
  const bold = between(1, 22);
  const cyan = between(36, 39);
  return {
    enabled: true,
    bold,
    dim: between(2, 22),
    underline: between(4, 24),
    good: between(32, 39),
    bad: between(31, 39),
    warn: between(33, 39),
    info: cyan,
    accent: (text) => bold(cyan(text)),
  };
}
