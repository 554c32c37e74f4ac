// The script for fish.
import type { CompletedCommand, CompletedOption } from './completed.ts'

export function fishScript(commands: readonly CompletedCommand[]): string {
  return `# Completes winnow in fish: winnow completion fish > ~/.config/fish/completions/winnow.fish
function __winnow_command
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = "$argv[1]"
end
function __winnow_no_command
    test (count (commandline -opc)) -lt 2
end
complete -c winnow -f
complete -c winnow -n __winnow_no_command -l version -d 'output the version number'
${commands.map(({ name, summary }) => `complete -c winnow -n __winnow_no_command -a ${name} -d ${quoted(summary)}`).join('\n')}
${commands.map(commandLines).join('\n')}
`
}

function commandLines({ name, options, arguments: words }: CompletedCommand): string {
  const start = `complete -c winnow -n '__winnow_command ${name}'`
  const inArguments = words.length > 0 ? `-a ${quoted(words.join(' '))}` : '-F'
  return [`${start} ${inArguments}`, ...options.map((option) => `${start} ${optionLine(option)}`)].join('\n')
}

function optionLine({ flag, help, takes, words, isFile }: CompletedOption): string {
  const choices = words.length > 0 ? ` -a ${quoted(words.join(' '))}` : ''
  const value = takes === 'nothing' ? '' : isFile ? ` -r -F${choices}` : ` -x${choices}`
  return `-l ${flag.slice(2)}${value} -d ${quoted(help)}`
}

const quoted = (text: string) => `'${text.replaceAll(/[\\']/g, '\\$&')}'`
