// A measure's input for one query: the grades down the ranking, and how many judged documents have each grade.

/** The grade of a retrieved document without a judgement. */
export const NOT_JUDGED = -1
/** The grade of a retrieved document in the pool with a grade below 0: not assessed, as in sampled judgements (trec_eval). */
export const NOT_ASSESSED = -2

/** The number of judged documents, retrieved or not, with a grade. */
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

/** The judgements of one query, prepared for lookups. */
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

/** Returns how many of the first `cutoff` documents have a grade of at least `rel`. */
export function relevantRetrieved({ grades }: Ranking, rel: number, cutoff = grades.length): number {
  let count = 0
  const end = Math.min(cutoff, grades.length)
  for (let index = 0; index < end; index++) if ((grades[index] as number) >= rel) count += 1
  return count
}

/** Returns how many judged documents have a grade of at least `rel`. */
export function relevantJudged({ levels }: Ranking, rel: number): number {
  return levels.reduce((sum, { grade, count }) => (grade >= rel ? sum + count : sum), 0)
}

/** Divides two numbers; 0 if the divisor is 0. */
export const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
