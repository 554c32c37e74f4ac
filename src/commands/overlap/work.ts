// The work of winnow overlap.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { NOTHING_KEPT, printReport, withShell } from '../../terminal/shell.ts'
import { overlap } from './overlap.ts'
import { overlapPage } from './page.ts'

export const work: Work = async ([rows = '', collection = ''], options, shell) => {
  const report = await withShell(shell, (hooks) => overlap(rows, collection, options, hooks), NOTHING_KEPT)
  await printReport(shell, report, () => overlapPage(report, terminal()), { isTaken: options['out'] === '-' })
  return 0
}
