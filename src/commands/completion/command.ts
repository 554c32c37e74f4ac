// winnow completion: prints a script that completes commands, options, choices and files in a shell.
import type { CommandSpec } from '../../terminal/command.ts'

export const command: CommandSpec = {
  example: [
    'source <(winnow completion bash)                                # in ~/.bashrc',
    'source <(winnow completion zsh)                                 # in ~/.zshrc, after compinit',
    'winnow completion fish > ~/.config/fish/completions/winnow.fish',
  ].join('\n'),
  schema: {},
  load: () => import('./work.ts'),
}
