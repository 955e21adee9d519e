import { execFileSync } from 'node:child_process';
import { type Benchmark, interleave, timeProcess } from './benchmark.ts';

/** S1: `amp --help`, `--version` and a command's help beside an empty Node process. */
const benchmark: Benchmark = {
  name: 'startup',
  about: 'milliseconds of a whole process, beside node -e 0 in the same run',
  async run({ rounds = '20' }) {
    execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
    const taken = await interleave(
      {
        node: () => timeProcess(['-e', '0']),
        help: () => timeProcess(['bin/amp.js', '--help']),
        version: () => timeProcess(['bin/amp.js', '--version']),
        commandHelp: () => timeProcess(['bin/amp.js', 'completion', '--help']),
      },
      Number(rounds),
    );
    return {
      nodeMs: taken.node,
      helpMs: taken.help,
      versionMs: taken.version,
      commandHelpMs: taken.commandHelp,
      helpOverNodeMs: taken.help - taken.node,
      commandHelpOverNodeMs: taken.commandHelp - taken.node,
      helpRatioToNode: taken.help / taken.node,
    };
  },
};

export default benchmark;
