// Runs winnow grow from the command line: a dry run's estimate, or the run.
import type { Work } from '../../terminal/command.ts'
import { report } from '../../terminal/job-report.ts'
import { printEstimate } from '../../terminal/summary/estimate.ts'
import { grow, planGrow } from './grow.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  if (options['dryRun'] === true) return printEstimate(await planGrow(rows, options), shell)
  return report(shell, (hooks) => grow(rows, options, hooks), options['out'] === '-')
}
