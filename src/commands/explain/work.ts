// The work of winnow explain.
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport } from '../../terminal/shell.ts'
import { explain } from '../../browse/explain.ts'
import { explainPage } from './page.ts'

const NARROWEST = 30

export const work: Work = async ([rows = '', row = ''], { replies, ...options }, shell) => {
  const explanation = await explain(rows, row, options)
  await printReport(shell, explanation, () => explainPage(explanation, terminal(NARROWEST), replies === true))
  return 0
}
