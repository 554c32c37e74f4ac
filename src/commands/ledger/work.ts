// The work of winnow ledger.
import { compact, contentsOf } from '../../llm/ledger/inspect.ts'
import { Ledger } from '../../llm/ledger/ledger.ts'
import { verify } from '../../llm/ledger/verify.ts'
import type { Work } from '../../terminal/command.ts'
import { printReport } from '../../terminal/shell.ts'
import { ledgerPage } from './page.ts'

const NOT_SOUND = 2

export const work: Work = async ([file = '.winnow/ledger.db'], options, shell) => {
  const ledger = new Ledger(file, { mustExist: true })
  try {
    const faults = options['verify'] === true ? verify(ledger) : undefined
    const sizes = options['compact'] === true ? compact(ledger) : undefined
    const contents = contentsOf(ledger)
    const report = { ...contents, ...(faults && { faults }), ...(sizes && { compacted: sizes }) }
    await printReport(shell, report, () => ledgerPage(contents, faults, sizes))
    return faults && faults.length > 0 ? NOT_SOUND : 0
  } finally {
    await ledger.close()
  }
}
