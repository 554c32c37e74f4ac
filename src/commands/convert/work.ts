// The work of winnow convert.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { NOTHING_KEPT, printReport, withShell } from '../../terminal/shell.ts'
import { convert } from './convert.ts'
import { convertPage } from './page.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  const report = await withShell(shell, (hooks) => convert(rows, options, hooks), NOTHING_KEPT)
  await printReport(shell, report, () => convertPage(report, terminal()), { isTaken: options['out'] === '-' })
  return 0
}
