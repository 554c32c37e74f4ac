// Finds how a text of the training rows occurs in the texts of a test collection: exactly, with small differences in writing, or nearly.
import { fold } from '../../likeness/fold.ts'
import { NearDuplicateIndex } from '../../likeness/min-hash.ts'

/** The strongest first. `folded`: equal except for letter case, spacing, quote marks and dashes. `near`: mostly the same shingles. */
export const KINDS = ['exact', 'folded', 'near'] as const
export type Kind = (typeof KINDS)[number]

export interface Occurrence {
  /** The index of the test text. */
  index: number
  kind: Kind
  /** Jaccard similarity of the shingles: 1 for exact and folded texts, and for texts that differ only in punctuation. */
  similarity: number
  /** The two similar texts. */
  test: string
  found: string
}

export interface LikenessOptions {
  /** The weakest kind that counts. */
  match: Kind
  /** The least similarity of near-duplicates. */
  threshold: number
}

/** Test texts for lookups. A text may have several forms, such as with and without its title. */
export class TestTexts {
  readonly #forms: string[]
  /** Per form: the index of its test text. */
  readonly #owners: number[]
  readonly #index: NearDuplicateIndex
  readonly #weakest: number

  constructor(texts: readonly (readonly string[])[], { match, threshold }: LikenessOptions) {
    this.#forms = texts.flat()
    this.#owners = texts.flatMap((forms, index) => forms.map(() => index))
    // Texts that fold alike have the same shingles, so a threshold of 1 is enough if near-duplicates do not count.
    this.#index = new NearDuplicateIndex(this.#forms, match === 'near' ? threshold : 1)
    this.#weakest = KINDS.indexOf(match)
  }

  /** Returns the test texts that occur as one of `forms`, each once with its strongest kind, in their order. */
  find(forms: readonly string[]): Occurrence[] {
    const strongest = new Map<number, Occurrence>()
    for (const found of forms) {
      for (const { index: form, similarity } of this.#index.find(found)) {
        const test = this.#forms[form] as string
        const kind = kindOf(found, test)
        if (KINDS.indexOf(kind) > this.#weakest) continue
        const occurrence = { index: this.#owners[form] as number, kind, similarity, test, found }
        const before = strongest.get(occurrence.index)
        if (before === undefined || isStronger(occurrence, before)) strongest.set(occurrence.index, occurrence)
      }
    }
    return [...strongest.values()].sort((one, other) => one.index - other.index)
  }
}

function kindOf(one: string, other: string): Kind {
  if (one === other) return 'exact'
  return fold(one) === fold(other) ? 'folded' : 'near'
}

function isStronger(
  one: Pick<Occurrence, 'kind' | 'similarity'>,
  other: Pick<Occurrence, 'kind' | 'similarity'>,
): boolean {
  const [rank, otherRank] = [KINDS.indexOf(one.kind), KINDS.indexOf(other.kind)]
  return rank === otherRank ? one.similarity > other.similarity : rank < otherRank
}

/** Returns the strongest occurrence, the first of equals. */
export function strongestOf(occurrences: readonly Occurrence[]): Occurrence | undefined {
  return occurrences.reduce<Occurrence | undefined>(
    (best, each) => (best === undefined || isStronger(each, best) ? each : best),
    undefined,
  )
}
