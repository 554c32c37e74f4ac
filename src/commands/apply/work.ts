// The work of winnow apply.
import { apply } from '../../job/apply.ts'
import type { Work } from '../../terminal/command.ts'
import { report } from '../../terminal/job-report.ts'

export const work: Work = ([rows = ''], options, shell) =>
  report(shell, (hooks) => apply(rows, options, hooks), options['out'] === '-')
