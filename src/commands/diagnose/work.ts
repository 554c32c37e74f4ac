// Runs winnow diagnose from the command line.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { NOTHING_KEPT, printReport, withShell } from '../../terminal/shell.ts'
import { diagnose } from './diagnose.ts'
import { diagnosePage } from './page.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  const report = await withShell(shell, (hooks) => diagnose(rows, options, hooks), NOTHING_KEPT)
  await printReport(shell, report, () => diagnosePage(report, terminal()))
  return 0
}
