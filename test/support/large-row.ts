// A row with any number of negatives, and evidence about each of them.
import type { Evidence, Rank } from '../../src/evidence/evidence.ts'
import type { Passage, Row } from '../../src/rows/row.ts'

export interface LargeRow {
  row: Row
  evidence: Evidence[]
}

const about = (passage: string, stage: string) => ({ passage, stage, model: 'm', prompt: 'x@1' })

/** Returns evidence about a passage. `at` is its position in the row; the positive is at 0. */
export type KnownPassage = (id: string, at: number) => Evidence

export const verdictOf =
  (stage: string, verdict: string): KnownPassage =>
  (id) => ({ kind: 'verdict', ...about(id, stage), verdict })

export const unjudged: KnownPassage = (id) => ({
  kind: 'unjudged',
  passage: id,
  reason: 'beyond the first 25 negatives',
})

/** Scores every second passage as high as the positive. */
export const score: KnownPassage = (id, at) => ({ kind: 'score', ...about(id, 'score'), score: at % 2 === 0 ? 1 : 0.1 })

/** Returns a row of a positive, `d0`, and `size` negatives. */
export function largeRow(size: number, textOf: (at: number) => string, known: readonly KnownPassage[] = []): LargeRow {
  const passages = Array.from({ length: size + 1 }, (_each, at): Passage => {
    const label = at === 0 ? 'positive' : 'negative'
    return { id: `d${at}`, text: textOf(at), label, origin: 'given' }
  })
  const evidence = passages.flatMap(({ id }, at) => known.map((each) => each(id, at)))
  return { row: { id: 'r', query: 'q', passages }, evidence }
}

const WINDOW = 20

/** Ranks all negatives in windows that also contain the positive, as arhn does: every second one ranks above it. */
export function ranksOf({ passages }: Row): Rank[] {
  const [positive, ...negatives] = passages.map(({ id }) => id)
  const ranks = (window: number) => {
    const some = negatives.slice(window * WINDOW, (window + 1) * WINDOW)
    const place = (id: string, rank: number): Rank => ({
      kind: 'rank',
      ...about(id, 'rank'),
      order: 1,
      window: String(window + 1),
      rank,
    })
    return [place(positive as string, 1.5), ...some.map((id, at) => place(id, at % 2 === 0 ? 1 : 2))]
  }
  return Array.from({ length: Math.ceil(negatives.length / WINDOW) }, (_each, window) => ranks(window)).flat()
}
