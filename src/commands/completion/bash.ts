// The script for bash, from version 3.2 on.
import type { CompletedCommand, CompletedOption } from './completed.ts'

export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# Completes winnow in bash. In ~/.bashrc: source <(winnow completion bash)
_winnow_words() { COMPREPLY=($(compgen -W "$1" -- "$2")); }
_winnow_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY+=($(compgen -f -- "$1"))
}
_winnow() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  # --option=value comes as three words.
  if [[ $current == "=" ]]; then current=""
  elif [[ $before == "=" ]]; then before="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  if ((COMP_CWORD == 1)); then
    _winnow_words "${commands.map(({ name }) => name).join(' ')} --help --version" "$current"
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map(commandCase).join('\n')}
  esac
}
complete -F _winnow winnow
`
}

function commandCase({ name, options, arguments: words }: CompletedCommand): string {
  const values = options.filter(({ takes }) => takes !== 'nothing')
  const grouped = Map.groupBy(values, valueAction)
  const cases = [...grouped].map(
    ([action, some]) => `        ${some.map(({ flag }) => flag).join('|')}) ${action}return ;;`,
  )
  const inArguments = words.length > 0 ? `_winnow_words "${words.join(' ')}" "$current"` : '_winnow_files "$current"'
  return [
    `    ${name})`,
    ...(cases.length > 0 ? ['      case "$before" in', ...cases, '      esac'] : []),
    '      if [[ $current == -* ]]; then',
    `        _winnow_words "${options.map(({ flag }) => flag).join(' ')}" "$current"`,
    '      else',
    `        ${inArguments}`,
    '      fi',
    '      ;;',
  ].join('\n')
}

function valueAction({ words, isFile }: CompletedOption): string {
  const inWords = words.length > 0 ? `_winnow_words "${words.join(' ')}" "$current"; ` : ''
  return `${inWords}${isFile ? '_winnow_files "$current"; ' : ''}`
}
