// The work of winnow completion.
import { UsageError } from '../../base/errors.ts'
import type { Work } from '../../terminal/command.ts'
import { printReport } from '../../terminal/shell.ts'
import { bashScript } from './bash.ts'
import { completedCommands, SHELLS } from './completed.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript }

export const work: Work = async ([given = ''], _options, shell) => {
  const name = SHELLS.find((each) => each === given)
  if (name === undefined) {
    throw new UsageError(`shell ${JSON.stringify(given)}: allowed: ${SHELLS.join(', ')}`, {
      hint: 'Such as: source <(winnow completion bash)',
    })
  }
  const script = SCRIPTS[name](await completedCommands(shell.commands))
  await printReport(shell, { shell: name, script }, () => [script.trimEnd()])
  return 0
}
