// The work of winnow changes.
import { UsageError } from '../../base/errors.ts'
import { listChanges } from '../../browse/changes/changes.ts'
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { markdownPage } from './markdown.ts'
import { changesPage } from './page.ts'

export const work: Work = async ([rows = ''], { full, markdown, ...options }, shell) => {
  if (markdown === true && shell.json) throw new UsageError('--markdown and --json exclude each other')
  const report = await withShell(shell, (hooks) => listChanges(rows, options, hooks))
  const page = () => (markdown === true ? markdownPage(report) : changesPage(report, terminal(), full === true))
  await printReport(shell, report, page)
  return 0
}
