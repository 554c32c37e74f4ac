// The work of winnow ledger.
import { UsageError } from '../../base/errors.ts'
import { compact } from '../../llm/ledger/sqlite/inspect.ts'
import { SqliteLedger } from '../../llm/ledger/sqlite/sqlite-ledger.ts'
import { salvage } from '../../llm/ledger/sqlite/salvage.ts'
import { verify, withoutChecksum } from '../../llm/ledger/sqlite/verify.ts'
import type { ShellOptions, Work } from '../../terminal/command.ts'
import { assertPlace, isDatabase, openLedger } from '../../llm/ledger/open.ts'
import { printReport } from '../../terminal/shell.ts'
import { ledgerPage } from './page.ts'

const NOT_SOUND = 2

const OF_FILES = ['verify', 'compact', 'salvage']

async function databaseWork(place: string, given: string[], shell: ShellOptions): Promise<number> {
  const strange = given.filter((name) => OF_FILES.includes(name)).map((name) => `--${name}`)
  if (strange.length > 0) {
    throw new UsageError(`${strange.join(', ')}: for ledgers in files; PostgreSQL looks after a database itself`, {
      hint: 'pg_amcheck checks it, VACUUM FULL makes it smaller, pg_dump and pg_restore save it.',
    })
  }
  const ledger = await openLedger(place, { mustExist: true, orRead: true })
  try {
    const contents = await ledger.contents()
    await printReport(shell, contents, () => ledgerPage(contents, {}))
    return 0
  } finally {
    await ledger.close()
  }
}

export const work: Work = async ([file = '.winnow/ledger.db'], options, shell) => {
  const [verified, compacted, salvaged] = ['verify', 'compact', 'salvage'].map((name) => options[name] === true)
  assertPlace(file)
  if (isDatabase(file))
    return databaseWork(
      file,
      Object.keys(options).filter((name) => options[name] === true),
      shell,
    )
  if (salvaged && (verified || compacted)) {
    throw new UsageError('--salvage stands alone: it verifies the ledger first, and its new file has no unused space')
  }
  const saved = salvaged ? ((await salvage(file)) ?? null) : undefined
  const ledger = new SqliteLedger(file, { mustExist: true, orRead: !compacted })
  try {
    const faults = verified ? verify(ledger) : undefined
    const checked = faults && { faults, withoutChecksum: faults.length === 0 ? withoutChecksum(ledger) : null }
    const sizes = compacted ? compact(ledger) : undefined
    const contents = await ledger.contents()
    const report = {
      ...contents,
      ...checked,
      ...(sizes && { compacted: sizes }),
      ...(saved !== undefined && { salvaged: saved }),
    }
    await printReport(shell, report, () => ledgerPage(contents, { checked, sizes, saved }))
    return faults && faults.length > 0 ? NOT_SOUND : 0
  } finally {
    await ledger.close()
  }
}
