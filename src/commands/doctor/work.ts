// The work of winnow doctor.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { NOTHING_KEPT, printReport, withShell } from '../../terminal/shell.ts'
import { doctor } from './doctor.ts'
import { doctorPage } from './page.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  const { out, strict } = options
  const report = await withShell(shell, (hooks) => doctor(rows, options, hooks), NOTHING_KEPT)
  await printReport(shell, report, () => doctorPage(report, terminal()), { isTaken: out === '-' })
  if (strict !== true) return 0
  // The gate is about the rows that go on: those that were written, where they can be read again.
  const { fix: _fix, out: _out, ...again } = options
  const left = typeof out === 'string' && out !== '-' ? await doctor(out, again) : report
  return left.findings.some(({ severity }) => severity === 'breaks') ? 1 : 0
}
