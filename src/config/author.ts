import { userInfo } from 'node:os';
import type { Config } from './config.ts';

/** Who is at the keyboard, for the record: the person behind a GitHub run, else the user of this computer. */
export function authorOf({ env }: Config): string {
  return env.GITHUB_ACTOR || env.USER || env.LOGNAME || userInfo().username;
}
