// Runs winnow judges from the command line.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { judges } from './judges.ts'
import { judgesPage } from './page.ts'
import { planJudges, planText } from './plan.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  if (options['dryRun'] === true) {
    const plan = await planJudges(rows, options)
    await printReport(shell, plan, () => planText(plan))
    return 0
  }
  const report = await withShell(shell, (hooks) => judges(rows, options, hooks))
  await printReport(shell, report, () => judgesPage(report, terminal()))
  return 0
}
