// Negatives mined during training: the best of the corpus that score less than 95% of the worst positive, without known positives.
import { describe, expect, it } from 'vitest'
import { dot, allRows, smallEngine, smallSet, valuesOf, vectorOf, type SmallRow } from '../../test/support/small-set.ts'
import { Batch } from './batch.ts'
import { ROLE } from './losses/loss.ts'
import { MinedNegatives } from './refresh.ts'

const ROWS: SmallRow[] = [
  { query: 'q1 shared', positives: ['p1 shared', 'p2 words'], negatives: ['own1'] },
  { query: 'q1 shared', positives: ['p3 more'], negatives: ['own2'] },
  { query: 'q2 shared', positives: ['p4 shared'], negatives: ['own3', 'own4'], generated: ['made1', 'made2'] },
  ...Array.from({ length: 5 }, (_, at) => ({ query: `q${at + 3} any`, positives: [`p${at + 5} any`] })),
]
const CORPUS = [
  ...ROWS.flatMap(({ positives }) => positives),
  ...Array.from({ length: 25 }, (_, at) => `c${at} c${(at * 3) % 10} ${at % 2 === 0 ? 'shared' : 'any'}`),
  '...',
]

async function mined(negatives = 3) {
  const set = smallSet(ROWS)
  const pool = Uint32Array.from(CORPUS, (text) => set.addPassage(text))
  const values = valuesOf({ negatives, dimensions: 8 })
  const engine = smallEngine(set, values)
  const refresh = new MinedNegatives(set, allRows(set), pool, negatives, 10)
  const table = engine.readTable()
  const scoreOf = (row: number, text: number) =>
    dot(vectorOf(set, table, 8, set.queryOf(row)).unit, vectorOf(set, table, 8, text).unit)
  const barOf = (row: number) => {
    const worst = Math.min(...Array.from(set.positivesOf(row), (text) => scoreOf(row, text)))
    return worst - Math.abs(worst) * 0.05
  }
  return { set, pool, engine, refresh, scoreOf, barOf, values }
}

describe('negatives that are mined anew', () => {
  it('are the best of the corpus below 95% of the worst positive, without what any row of the query has as a positive', async () => {
    const { set, pool, engine, refresh, scoreOf, barOf } = await mined(20)
    const negativesOf = await refresh.before(10, engine)
    let found = 0
    let withheld = 0
    for (const row of allRows(set)) {
      const known = new Set(set.knownPositives(set.queryOf(row)))
      const below = Array.from(pool).filter((text) => !set.texts.isEmpty(text) && scoreOf(row, text) < barOf(row))
      const expected = below
        .filter((text) => !known.has(text))
        .toSorted((one, other) => scoreOf(row, other) - scoreOf(row, one))
      withheld += below.length - expected.length
      expect(Array.from(negativesOf(row) ?? [])).toEqual(expected.slice(0, 20))
      found += expected.length === 0 ? 0 : 1
    }
    expect(found).toBeGreaterThan(3)
    expect(withheld).toBeGreaterThan(0)
  })

  it('are mined at every Nth step, and rows have their own until then', async () => {
    const { engine, refresh } = await mined()
    for (const step of [0, 1, 9, 11]) expect((await refresh.before(step, engine))(0)).toBeUndefined()
    expect(refresh.mined).toBeUndefined()
    await refresh.before(20, engine)
    const first = refresh.mined
    expect(first).toBeDefined()
    await refresh.before(21, engine)
    expect(refresh.mined).toBe(first)
  })

  it('leave a row for which there are none its own, and say so', async () => {
    const { set, engine, barOf, scoreOf, pool, values } = await mined()
    // Leaves only texts above every bar, so that nothing can be found.
    const high = pool.filter((text) => Array.from(allRows(set)).every((row) => scoreOf(row, text) >= barOf(row)))
    const refresh = new MinedNegatives(set, allRows(set), high, 3, 10)
    const negativesOf = await refresh.before(10, engine)
    expect(negativesOf(0)).toBeUndefined()
    const batch = new Batch(set, values)
    batch.fill(Uint32Array.of(0), { seed: 1, epoch: 1 }, negativesOf)
    expect(Array.from(batch.passages.subarray(1, batch.passageCount))).toEqual([set.addPassage('own1')])
    expect(refresh.report(11)).toEqual({ times: 1, negatives: 0, rowsWithout: set.size })
  })

  it('stand beside those that a model wrote, which are drawn once, as generated', async () => {
    const { set, engine, refresh, values } = await mined()
    const rolesIn = (batch: Batch, role: number) =>
      batch.roles.subarray(0, batch.passageCount).filter((each) => each === role).length
    for (const step of [1, 10]) {
      const batch = new Batch(set, { ...values, negatives: 7, generated: 7 })
      batch.fill(Uint32Array.of(2), { seed: 1, epoch: 1 }, await refresh.before(step, engine))
      expect(rolesIn(batch, ROLE.generated)).toBe(2)
      expect(rolesIn(batch, ROLE.negative)).toBe(step === 1 ? 2 : 3)
      expect(batch.passageCount).toBe(1 + 2 + rolesIn(batch, ROLE.negative))
    }
  })
})
