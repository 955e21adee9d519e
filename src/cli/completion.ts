import { globalFlagNames, type Surface } from './surface.ts';

/** A completion script for one shell: command names, subcommand names and flags. */
export function renderCompletion(shell: 'bash' | 'zsh' | 'fish', surface: readonly Surface[]): string {
  if (shell === 'fish') return renderFish(surface);
  const cases = walk(surface).map(({ path, words }) => `    "${path.join(' ')}") words="${words.join(' ')}" ;;`);
  const zshPrelude = shell === 'zsh' ? '#compdef amp\nautoload -U +X bashcompinit && bashcompinit\n' : '';
  return `${zshPrelude}# amp completion for ${shell}
_amp() {
  local word path="" words="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in -*) continue ;; esac
    path="\${path:+$path }$word"
  done
  while :; do
    case "$path" in
    "") words="${topWords(surface).join(' ')}" ;;
${cases.join('\n')}
    esac
    if [ -n "$words" ] || [ -z "$path" ]; then break; fi
    case "$path" in *" "*) path="\${path% *}" ;; *) path="" ;; esac
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _amp amp
`;
}

function topWords(surface: readonly Surface[]): string[] {
  const names = surface.filter((command) => !command.hidden).map((command) => command.path.at(-1)!);
  return [...names, 'help', 'version', ...globalFlagNames];
}

function walk(surface: readonly Surface[]): { path: string[]; words: string[] }[] {
  return surface
    .filter((command) => !command.hidden)
    .flatMap((command) => [
      {
        path: command.path,
        words: [
          ...command.children.filter((child) => !child.hidden).map((child) => child.path.at(-1)!),
          ...Object.keys(command.flags).map((name) => `--${name}`),
          ...globalFlagNames,
        ],
      },
      ...walk(command.children),
    ]);
}

function renderFish(surface: readonly Surface[]): string {
  const lines = ['# amp completion for fish', 'complete -c amp -f'];
  const quote = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  for (const command of surface.filter((item) => !item.hidden)) {
    const name = command.path.at(-1)!;
    lines.push(`complete -c amp -n __fish_use_subcommand -a ${name} -d ${quote(command.summary)}`);
    for (const child of command.children.filter((item) => !item.hidden)) {
      const seen = `'__fish_seen_subcommand_from ${name}'`;
      lines.push(`complete -c amp -n ${seen} -a ${child.path.at(-1)} -d ${quote(child.summary)}`);
    }
    for (const [flag, spec] of Object.entries(command.flags)) {
      lines.push(`complete -c amp -n '__fish_seen_subcommand_from ${name}' -l ${flag} -d ${quote(spec.summary)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
