// The work of winnow doctor.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { NOTHING_KEPT, printReport, withShell } from '../../terminal/shell.ts'
import { diagnose } from './doctor.ts'
import { doctorPage } from './page.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  const diagnosis = await withShell(shell, (hooks) => diagnose(rows, options, hooks), NOTHING_KEPT)
  await printReport(shell, diagnosis, () => doctorPage(diagnosis, terminal()))
  return 0
}
