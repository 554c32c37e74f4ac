// Runs winnow prune from the command line.
import type { Hooks } from '../../base/hooks.ts'
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, TRAININGS_KEPT, withShell, type Shell } from '../../terminal/shell.ts'
import { trainingText } from '../../terminal/training-line.ts'
import type { PruneInput } from './options.ts'
import { prunePageLines, prunePlanLines } from './page.ts'
import { prune } from './prune.ts'

const UNDECIDED = 1

export const work: Work = async (paths, options, shell) => {
  const train = (hooks: Hooks, { line }: Shell) =>
    prune(paths, options as PruneInput, {
      ...hooks,
      onPlan: (plan) => line?.note(prunePlanLines(plan).join('\n')),
      onTraining: (progress) => line?.show(() => trainingText(progress)),
    })
  const report = await withShell(shell, train, TRAININGS_KEPT)
  await printReport(shell, report, () => prunePageLines(report, terminal()), { isTaken: options['out'] === '-' })
  return report.datasets.some(({ verdict }) => verdict === 'undecided') ? UNDECIDED : 0
}
