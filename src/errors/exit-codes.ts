/** How a process may end. The numbers are a promise to scripts (README, "Exit codes"). */
export const exitCodes = {
  ok: 0,
  failed: 1,
  changes: 2,
  signIn: 4,
  usage: 64,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitName = keyof typeof exitCodes;
