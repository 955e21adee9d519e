import type { Command as Parser } from 'commander';
import type { LazyCommand, Section } from './command.ts';

const sections: readonly Section[] = ['Author', 'Ship', 'Connect', 'Run', 'Observe', 'Offline', 'Help'];

/** `amp --help`: what one can do comes before how to tune it. */
export function rootHelp(root: Parser, commands: readonly LazyCommand[]): string {
  const helper = root.createHelp();
  const row = (name: string, summary: string) => `  ${name.padEnd(15)} ${summary}`;
  const builtIn = [
    { name: 'help', summary: 'Help, also for one command: amp help deploy', section: 'Help', hidden: false },
    { name: 'version', summary: 'Print the version', section: 'Help', hidden: false },
  ];
  const listed = [...commands, ...builtIn];
  const groups = sections
    .map((section) => ({
      section,
      members: listed.filter((command) => command.section === section && !command.hidden),
    }))
    .filter(({ members }) => members.length > 0)
    .map(
      ({ section, members }) => `${section}\n${members.map((member) => row(member.name, member.summary)).join('\n')}`,
    );
  const flags = helper.visibleOptions(root).map((option) => `  ${option.flags.padEnd(27)} ${option.description}`);
  return `${root.description()}

Usage: amp <command> [flags]

${groups.join('\n\n')}

Flags
${flags.join('\n')}

Start here
  amp demo                    the whole story on the embedded emulator
  amp init                    write a commented amp.yaml
  amp <command> --help        examples for each command
`;
}
