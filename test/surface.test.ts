import { expect, test } from 'vitest';
import { describeSurface, type Surface } from '../src/cli/surface.ts';
import { commands } from '../src/commands/index.ts';
import { exitCodes } from '../src/errors/exit-codes.ts';

/** Commands, flags and exit codes are promises to scripts: a change here is a change for users and shows in the diff. */
test('the surface of the command line is the one in the snapshot', async () => {
  const lines = (surface: Surface[]): string[] =>
    surface.flatMap((command) => {
      const args = (command.args ?? []).map((arg) => (arg.required ? `<${arg.name}>` : `[${arg.name}]`));
      const flags = Object.entries(command.flags).map(
        ([name, spec]) => `--${name}${spec.type === 'boolean' ? '' : '='}`,
      );
      const aliases = command.aliases.length > 0 ? [`(${command.aliases.join(', ')})`] : [];
      return [[...command.path, ...aliases, ...args, ...flags.sort()].join(' '), ...lines(command.children)];
    });
  const text = [...lines(await describeSurface(commands)).sort(), '', JSON.stringify(exitCodes), ''].join('\n');
  await expect(text).toMatchFileSnapshot('../fixtures/surface.txt');
});
