// The unit of diagnosis: a query with its negatives of both sources. Every figure is computed per query and then averaged, so that a query
// whose passages are all alike does not affect the others.
import { titleAndText, type Row } from '../../../rows/row.ts'

/** A value for each negative of a row, by the source of the negative. */
export interface BySource<T> {
  /** For negatives that no model wrote: their origin is `mined` or `given`. */
  mined: readonly T[]
  /** For negatives of origin `generated`. */
  generated: readonly T[]
}

/** The texts of a row with negatives of both sources; title and text are joined, as encoders receive them. */
export interface Case extends BySource<string> {
  query: string
  positives: readonly string[]
  /** The strategy of each generated negative, in their order; empty if unknown. */
  strategies?: readonly string[]
}

/** The similarities of a row's passages to its query. */
export interface Similarities extends BySource<number> {
  positives: readonly number[]
}

/** Reasons why a row cannot be diagnosed. */
export const LACKS = ['withoutNegatives', 'withoutGenerated', 'withoutMined'] as const
export type Lack = (typeof LACKS)[number]

/** Returns the row as a case, or what it lacks. Passages without text and copies of a positive of the row are left out, as in training. */
export function caseOf({ query, passages }: Row): Case | Lack {
  const positives = passages.filter(({ label }) => label === 'positive').map(titleAndText)
  const negatives = passages
    .filter(({ label }) => label === 'negative')
    .map((passage) => ({
      text: titleAndText(passage),
      isGenerated: passage.origin === 'generated',
      strategy: passage.generation?.strategy ?? '',
    }))
    .filter(({ text }) => text.trim() !== '' && !positives.includes(text))
  if (negatives.length === 0) return 'withoutNegatives'
  const written = negatives.filter(({ isGenerated }) => isGenerated)
  const [mined, generated] = [negatives.filter(({ isGenerated }) => !isGenerated), written].map((each) =>
    each.map(({ text }) => text),
  ) as [string[], string[]]
  if (generated.length === 0) return 'withoutGenerated'
  if (mined.length === 0) return 'withoutMined'
  const strategies = written.map(({ strategy }) => strategy)
  return { query, positives, mined, generated, ...(strategies.some((each) => each !== '') && { strategies }) }
}
