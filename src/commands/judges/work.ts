// Runs winnow judges from the command line.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { judges } from './judges.ts'
import { judgesPage } from './page.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  const report = await withShell(shell, (hooks) => judges(rows, options, hooks))
  await printReport(shell, report, () => judgesPage(report, terminal()))
  return 0
}
