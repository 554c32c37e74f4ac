// The work of winnow publish.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { publishPage } from './page.ts'
import { publish } from './publish.ts'

export const work: Work = async ([rows = '', target = ''], options, shell) => {
  const report = await withShell(shell, (hooks) => publish(rows, target, options, hooks))
  await printReport(shell, report, () => publishPage(report, terminal()))
  return 0
}
