// Streams rows and keeps those that can be diagnosed, or a sample of them.
import type { Hooks } from '../../base/hooks.ts'
import { createHash } from 'node:crypto'
import { caseOf, LACKS, type Lack } from './shortcut/case.ts'
import type { CasePlace, Cases, CaseStore } from './shortcut/case-store.ts'
import { Reservoir } from './shortcut/sample.ts'
import { UsageError } from '../../base/errors.ts'
import { readRows } from '../../rows/read.ts'
import type { Input } from '../../rows/input.ts'

/** Counts of the rows in a file. */
export interface RowCounts extends Record<Lack, number> {
  /** Readable rows. */
  all: number
  bad: number
  /** Rows with negatives of both sources. */
  withBoth: number
  /** Number of those that were drawn. */
  diagnosed: number
}

export interface CaseRows {
  cases: Cases
  rows: RowCounts
  sha256: string
}

/** @param store receives the rows that are drawn @throws UsageError when fewer than two rows have negatives of both sources */
export async function readCases(
  input: Input,
  store: CaseStore,
  { sample, seed }: { sample: number; seed: number },
  { signal, onProgress }: Hooks,
): Promise<CaseRows> {
  const digest = createHash('sha256')
  const reservoir = new Reservoir<CasePlace>(sample, seed)
  const lacking = Object.fromEntries(LACKS.map((lack) => [lack, 0])) as Record<Lack, number>
  let [all, bad] = [0, 0]
  for await (const batch of readRows(input, (bytes) => digest.update(bytes))) {
    signal?.throwIfAborted()
    for (const entry of batch) {
      if (!('row' in entry)) {
        bad += 1
        continue
      }
      all += 1
      const found = caseOf(entry.row)
      if (typeof found === 'string') lacking[found] += 1
      else reservoir.show(() => store.keep(found))
    }
    onProgress?.({ what: 'reading rows', done: all, total: 0 })
  }
  await input.assertUnchanged()
  const cases = store.at(reservoir.held())
  const rows = { all, bad, withBoth: reservoir.seen, diagnosed: cases.length, ...lacking }
  assertDiagnosable(input.name, rows)
  return { cases, rows, sha256: digest.digest('hex') }
}

const LEAST = 2

function assertDiagnosable(name: string, { all, withBoth, withoutGenerated, withoutMined }: RowCounts): void {
  if (withBoth >= LEAST) return
  if (all === 0) throw new UsageError(`${name} has no usable row`)
  if (withBoth + withoutMined === 0) {
    throw new UsageError(
      `${name}: none of ${all} rows has a negative of origin "generated": nothing to compare with mined ones`,
      {
        hint: 'Origins are read from "origin" of a passage in Tevatron rows, "neg_origins" in BGE rows and "negative_origins" in ms-swift rows; winnow grow writes them.',
      },
    )
  }
  throw new UsageError(
    `${name}: ${withBoth === 0 ? 'no row has' : 'only one row has'} both mined and generated negatives; ` +
      `of ${all} rows ${withoutMined} have only generated ones, ${withoutGenerated} only mined ones`,
    { hint: 'Sources are compared within rows: add generated negatives to rows with mined ones, as winnow grow does.' },
  )
}
