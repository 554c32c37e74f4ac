// What a measure sees of one query: the grades down the ranking, and how many judged documents have each grade.

/** A retrieved document that the judgements do not name. */
export const NOT_JUDGED = -1
/** A retrieved document that was in the pool and has a grade below 0: assessed by nobody, as in sampled judgements (trec_eval). */
export const NOT_ASSESSED = -2

/** How many judged documents, retrieved or not, have a grade. */
interface Level {
  /** 0 or above. */
  grade: number
  /** 1 or more. */
  count: number
}

export interface Ranking {
  /** The grade of each retrieved document, best first; NOT_JUDGED and NOT_ASSESSED are below 0. */
  grades: readonly number[]
  /** The lowest grade first. */
  levels: readonly Level[]
}

/** The judgements of one query, made ready to look documents up in. */
export interface JudgedQuery {
  grades: ReadonlyMap<string, number>
  levels: readonly Level[]
}

export function judgedQuery(grades: ReadonlyMap<string, number>): JudgedQuery {
  const counts = new Map<number, number>()
  for (const grade of grades.values()) if (grade >= 0) counts.set(grade, (counts.get(grade) ?? 0) + 1)
  const levels = Array.from(counts, ([grade, count]) => ({ grade, count }))
  return { grades, levels: levels.toSorted((a, b) => a.grade - b.grade) }
}

/** @param documents ids, best first */
export function rankingOf({ grades, levels }: JudgedQuery, documents: readonly string[]): Ranking {
  return {
    levels,
    grades: documents.map((document) => {
      const grade = grades.get(document)
      if (grade === undefined) return NOT_JUDGED
      return grade < 0 ? NOT_ASSESSED : grade
    }),
  }
}

/** How many retrieved documents have the grade `rel` or a better one, among the first `cutoff`. */
export function relevantRetrieved({ grades }: Ranking, rel: number, cutoff = grades.length): number {
  let count = 0
  const end = Math.min(cutoff, grades.length)
  for (let index = 0; index < end; index++) if ((grades[index] as number) >= rel) count += 1
  return count
}

/** How many judged documents have the grade `rel` or a better one. */
export function relevantJudged({ levels }: Ranking, rel: number): number {
  return levels.reduce((sum, { grade, count }) => (grade >= rel ? sum + count : sum), 0)
}

/** A quotient that is 0 where there is nothing to divide by. */
export const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
