// Takes a file through a cascade without a model: what a judge would flag is known.
import type { Evidence } from '../../src/evidence/evidence.ts'
import { calibrate, isLeft } from '../../src/job/gather/calibrating.ts'
import { drawOf, gateOf } from '../../src/judging/cascade/record.ts'
import type { CascadePlan } from '../../src/method/cascade.ts'
import { untouched } from '../../src/policy/decided.ts'
import type { RowLine } from '../../src/rows/read.ts'
import type { Row } from '../../src/rows/row.ts'

/** A row, what is known of it before its judge is asked, and whether the judge would flag it. */
export interface GatedRow {
  row: Row
  before: Evidence[]
  isFlagged: boolean
}

const verdictOf = (isFlagged: boolean): Evidence => ({
  kind: 'verdict',
  stage: 'judge',
  model: 'm',
  prompt: 'p',
  passage: 'n',
  verdict: isFlagged ? 'worse' : 'irrelevant',
})

/** @returns shares: of the rows that are flagged, judged first and sent in all, and of the flagged ones that are sent */
export async function takeThrough(file: readonly GatedRow[], plan: CascadePlan) {
  const draws = file.map(({ row }) => drawOf(plan.seed, row.id))
  const sent = new Set<number>()
  const record = await calibrate(plan, draws, file.length, async ({ select, gate, note, size }) => {
    const chosen = [...file.keys()].filter(select)
    if (chosen.length !== size || chosen.some((index) => sent.has(index)))
      throw new Error('a row is judged twice, or never')
    for (const index of chosen) {
      const { row, before, isFlagged } = file[index] as GatedRow
      if (gate(row, before) !== undefined) throw new Error('a row of the sample was held back')
      sent.add(index)
      const evidence = [...before, verdictOf(isFlagged)]
      note({ ...untouched({ row } as RowLine), evidence, decision: undefined as never })
    }
  })
  const first = sent.size / file.length
  const [gate, isRest] = [gateOf(record), isLeft(record, draws)]
  file.forEach(({ row, before }, index) => {
    const isSent = gate(row, before) === undefined
    if (!isRest(index) && !isSent) throw new Error('a row that was judged is held back afterwards')
    if (isSent) sent.add(index)
  })
  const flagged = file.flatMap(({ isFlagged }, index) => (isFlagged ? [index] : []))
  const recall = flagged.filter((index) => sent.has(index)).length / Math.max(1, flagged.length)
  return { record, recall, first, sent: sent.size / file.length, flagged: flagged.length / file.length }
}
