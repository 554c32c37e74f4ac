// The work of winnow plan.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { planPage } from './page.ts'
import { plan } from './plan.ts'

const REPLIES_KEPT = { hint: 'Nothing was written but the replies of the pilot, which are kept in the ledger.' }

export const work: Work = async (inputs, options, shell) => {
  if (options['papers'] === true) {
    const [{ papers }, { papersPage }] = await Promise.all([import('./papers.ts'), import('./papers-page.ts')])
    const report = await withShell(shell, (hooks) => papers(inputs, options, hooks), REPLIES_KEPT)
    await printReport(shell, report, () => papersPage(report, terminal()))
    return 0
  }
  const report = await withShell(shell, (hooks) => plan(inputs, options, hooks), REPLIES_KEPT)
  await printReport(shell, report, () => planPage(report, terminal()))
  return 0
}
