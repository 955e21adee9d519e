import { Chalk } from 'chalk';
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

export function chooseStyle(choice: ColourChoice): Style {
  if (!wantsColour(choice)) return plainStyle;
  const chalk = new Chalk({ level: 1 });
  return {
    enabled: true,
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    underline: (text) => chalk.underline(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    info: (text) => chalk.cyan(text),
    accent: (text) => chalk.bold.cyan(text),
  };
}
