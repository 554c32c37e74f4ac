// The work of winnow doctor.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { NOTHING_KEPT, printReport, withShell } from '../../terminal/shell.ts'
import { doctor } from './doctor.ts'
import { doctorPage } from './page.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  const report = await withShell(shell, (hooks) => doctor(rows, options, hooks), NOTHING_KEPT)
  await printReport(shell, report, () => doctorPage(report, terminal()))
  return options['strict'] === true && report.findings.some(({ severity }) => severity === 'breaks') ? 1 : 0
}
