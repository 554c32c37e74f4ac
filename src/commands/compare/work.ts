// Runs winnow compare from the command line.
import type { Hooks } from '../../base/hooks.ts'
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, TRAININGS_KEPT, withShell, type Shell } from '../../terminal/shell.ts'
import { trainingText } from '../../terminal/training-line.ts'
import { compare } from './compare.ts'
import type { CompareInput } from './options.ts'
import { comparePage, planLines } from './page.ts'

export const work: Work = async (paths, options, shell) => {
  const train = (hooks: Hooks, { line }: Shell) =>
    compare(paths, options as CompareInput, {
      ...hooks,
      onPlan: (plan) => line?.note(planLines(plan).join('\n')),
      onTraining: (progress) => line?.show(() => trainingText(progress)),
    })
  const report = await withShell(shell, train, TRAININGS_KEPT)
  await printReport(shell, report, () => comparePage(report, terminal()))
  return 0
}
