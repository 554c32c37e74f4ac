// Runs winnow prune from the command line.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { trainingText } from '../../terminal/training-line.ts'
import { prunePageLines, prunePlanLines } from './page.ts'
import { prune } from './prune.ts'

const UNDECIDED = 1

export const work: Work = async (paths, options, shell) => {
  const report = await withShell(shell, (hooks, { line }) =>
    prune(paths, options, {
      ...hooks,
      onPlan: (plan) => line?.note(prunePlanLines(plan).join('\n')),
      onTraining: (progress) => line?.show(() => trainingText(progress), false, progress),
    }),
  )
  await printReport(shell, report, () => prunePageLines(report, terminal()), { isTaken: options['out'] === '-' })
  return report.datasets.some(({ verdict }) => verdict === 'undecided') ? UNDECIDED : 0
}
