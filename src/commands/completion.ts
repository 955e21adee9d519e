import { defineCommand } from '../cli/command.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export const completion = defineCommand({
  name: 'completion',
  summary: 'Print a shell completion script',
  args: [{ name: 'shell', summary: 'bash, zsh or fish', required: true }],
  examples: [
    'source <(amp completion bash)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in
    'amp completion zsh > "${fpath[1]}/_amp"',
    'amp completion fish > ~/.config/fish/completions/amp.fish',
  ],
  async run(_context, { args }) {
    const { AmpError } = await import('../errors/amp-error.ts');
    const shell = shells.find((name) => name === args.shell);
    if (!shell) throw new AmpError({ code: 'usage', message: `"${args.shell}" is not one of ${shells.join(', ')}.` });
    const { describeSurface } = await import('../cli/surface.ts');
    const { commands } = await import('./index.ts');
    const { renderCompletion } = await import('../cli/completion.ts');
    return { shell, script: renderCompletion(shell, await describeSurface(commands)) };
  },
  view: (result) => result.script,
});
