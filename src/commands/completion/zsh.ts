// The script for zsh.
import type { CompletedCommand, CompletedOption } from './completed.ts'

export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef winnow
# Completes winnow in zsh. In ~/.zshrc, after compinit: source <(winnow completion zsh)
_winnow() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe 'command' commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${commands.map(commandCase).join('\n')}
  esac
}
if [[ $funcstack[1] == _winnow ]]; then
  _winnow "$@"
else
  compdef _winnow winnow
fi
`
}

function commandCase({ name, options, arguments: words }: CompletedCommand): string {
  const specs = [...options.map(optionSpec), words.length > 0 ? `*:argument:(${words.join(' ')})` : '*:file:_files']
  return [`    ${name})`, '      _arguments \\', ...specs.map((spec) => `        ${quoted(spec)} \\`), '      ;;'].join(
    '\n',
  )
}

function optionSpec({ flag, help, takes, words, isFile }: CompletedOption): string {
  const described = `*${flag}${takes === 'nothing' ? '' : '='}[${help.replaceAll(/[[\]\\:]/g, '\\$&')}]`
  if (takes === 'nothing') return described
  const name = flag.slice(2)
  if (isFile && words.length > 0) return `${described}:${name}:{_values value ${words.join(' ')}; _files}`
  return `${described}:${name}:${words.length > 0 ? `(${words.join(' ')})` : isFile ? '_files' : ' '}`
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
