// Runs winnow compare from the command line.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { trainingText } from '../../terminal/training-line.ts'
import { compare } from './compare.ts'
import { comparePage, planLines } from './page.ts'

export const work: Work = async (paths, options, shell) => {
  const report = await withShell(shell, (hooks, { line }) =>
    compare(paths, options, {
      ...hooks,
      onPlan: (plan) => line?.note(planLines(plan).join('\n')),
      onTraining: (progress) => line?.show(() => trainingText(progress), false, progress),
    }),
  )
  await printReport(shell, report, () => comparePage(report, terminal()))
  return 0
}
