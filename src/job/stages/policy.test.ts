import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Evidence } from '../../evidence/evidence.ts'
import type { RowLine } from '../../rows/read.ts'
import type { Passage } from '../../rows/row.ts'
import { evidenceOfEach } from './policy.ts'

const ROWS = ['a', 'b', 'c']
const job = { plan: { keepDuplicates: false } as never, scan: { known: { knownIn: () => [] } as never } }

/** A source whose rows take as long as they come early, and how many of them were read at the same time. */
function counting(isRemote: boolean) {
  const counted = { now: 0, most: 0 }
  const gathered = async ({ row: { id } }: RowLine): Promise<Evidence[]> => {
    counted.most = Math.max(counted.most, ++counted.now)
    for (let turns = ROWS.length - ROWS.indexOf(id); turns > 0; turns--) await turn()
    counted.now -= 1
    return [{ kind: 'exempt', reason: id }]
  }
  return { counted, source: { isRemote, gathered, reading: <T>(pass: () => Promise<T>) => pass() } }
}

test.each([
  { isRemote: true, most: 3 },
  { isRemote: false, most: 1 },
])('evidence of rows, on a server: $isRemote: $most at once, in the order of the rows', async ({ isRemote, most }) => {
  const { counted, source } = counting(isRemote)
  const entries = ROWS.map((id) => ({ row: { id, query: 'q', passages: [] as Passage[] } }) as RowLine)
  const found = await evidenceOfEach(entries, source, job)
  expect(found).toEqual(ROWS.map((reason) => [{ kind: 'exempt', reason }]))
  expect(counted.most).toBe(most)
})
