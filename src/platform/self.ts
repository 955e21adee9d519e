/** The program and arguments that start this same amp again, from the bundle or from source. */
export function ownCommand(): { program: string; args: string[] } {
  return { program: process.execPath, args: [...process.execArgv, process.argv[1] ?? ''] };
}
