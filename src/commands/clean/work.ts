// The work of winnow clean: the estimate of a dry run, or the run.
import { readOptions } from '../../options/options.ts'
import type { Work } from '../../terminal/command.ts'
import { report } from '../../terminal/job-report.ts'
import { printEstimate } from '../../terminal/summary/estimate.ts'
import { clean, planClean } from './clean.ts'
import { METHOD_OPTION } from './options.ts'

export const work: Work = async ([rows = ''], { method: given = 'rlhn', ...rest }, shell) => {
  const { method } = readOptions(METHOD_OPTION, { method: given })
  const options = { ...rest, method }
  if (rest['dryRun'] === true) return printEstimate(await planClean(rows, options), shell)
  return report(shell, (hooks) => clean(rows, options, hooks), rest['out'] === '-')
}
