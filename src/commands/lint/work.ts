// The work of winnow lint.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { NOTHING_KEPT, printReport, withShell } from '../../terminal/shell.ts'
import { lint } from './lint.ts'
import { lintPage } from './page.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  const report = await withShell(shell, (hooks) => lint(rows, options, hooks), NOTHING_KEPT)
  await printReport(shell, report, () => lintPage(report, terminal()), { isTaken: options['out'] === '-' })
  const wrong = options['strict'] === true ? ['error', 'warning'] : ['error']
  const targets = report.fixed?.targets ?? report.targets
  return targets.some(({ findings }) => findings.some(({ severity }) => wrong.includes(severity))) ? 1 : 0
}
