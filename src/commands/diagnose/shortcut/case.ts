// What is diagnosed: a query with its negatives of both sources. Everything here is said of one query and then taken together, so that
// a query whose passages are all alike says nothing about any other.
import { titleAndText, type Row } from '../../../rows/row.ts'

/** Something of each negative of a row, by where the negative came from. */
export interface BySource<T> {
  /** Of the negatives that no model wrote: their origin is `mined` or `given`. */
  mined: readonly T[]
  /** Of the negatives of origin `generated`. */
  generated: readonly T[]
}

/** The texts of a row that has negatives of both sources: title and text as one, as encoders are given them. */
export interface Case extends BySource<string> {
  query: string
  positives: readonly string[]
  /** How each of the generated was made to fail, in their order; empty where it does not say. */
  strategies?: readonly string[]
}

/** The similarities of a row's passages to its query. */
export interface Similarities extends BySource<number> {
  positives: readonly number[]
}

/** Why a row says nothing about its sources. */
export const LACKS = ['withoutNegatives', 'withoutGenerated', 'withoutMined'] as const
export type Lack = (typeof LACKS)[number]

/** The row as a case, or what it lacks. Passages without text and those that repeat a positive of the row are left out, as in training. */
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
