// The test collection as compared with training rows: its queries and judged passages, which are all that must be in memory.
import type { Collection, Document } from '../../collections/collection.ts'
import { formsOf } from '../../rows/row.ts'
import { TestTexts, type LikenessOptions } from './likeness.ts'

/** Which judged passages count: those with a grade of 1 or more, or all. */
export const JUDGED = ['relevant', 'all'] as const
export type JudgedText = (typeof JUDGED)[number]

export interface TestSide {
  queryIds: string[]
  queries: TestTexts
  passageIds: string[]
  passages: TestTexts
  /** Judged passages that are missing in the corpus. */
  missing: string[]
  /** Judged passages with neither text nor title. */
  empty: string[]
  isRelevant(queryId: string, passageId: string): boolean
}

/**
 * Reads the judged passages from the corpus. Memory grows with them and with the queries, not with the corpus.
 * @throws UsageError if the corpus cannot be read
 */
export async function readTestSide(
  { queries, corpus, grades }: Collection,
  judged: JudgedText,
  likeness: LikenessOptions,
): Promise<TestSide> {
  const wanted = judgedIds(grades, judged === 'all' ? -Infinity : 1)
  const documents: Document[] = []
  const empty: string[] = []
  for await (const batch of corpus.documents()) {
    for (const document of batch) {
      if (!wanted.delete(document.id)) continue
      if (formsOf(document).length > 0) documents.push(document)
      else empty.push(document.id)
    }
  }
  return {
    queryIds: queries.map(({ id }) => id),
    queries: new TestTexts(
      queries.map(({ text }) => [text]),
      likeness,
    ),
    passageIds: documents.map(({ id }) => id),
    passages: new TestTexts(documents.map(formsOf), likeness),
    missing: [...wanted],
    empty,
    isRelevant: (queryId, passageId) => (grades.get(queryId)?.get(passageId) ?? 0) >= 1,
  }
}

function judgedIds(grades: Collection['grades'], least: number): Set<string> {
  const ids = new Set<string>()
  for (const judgements of grades.values()) for (const [id, grade] of judgements) if (grade >= least) ids.add(id)
  return ids
}
