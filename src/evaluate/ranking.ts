// What a measure sees of one query: the grades down the ranking, and how many judged documents have each grade.

/** A retrieved document that the judgements do not name. */
export const NOT_JUDGED = -1
/** A retrieved document that was in the pool and has a grade below 0: assessed by nobody, as in sampled judgements (trec_eval). */
export const NOT_ASSESSED = -2

export interface Ranking {
  /** The grade of each retrieved document, best first; NOT_JUDGED and NOT_ASSESSED are below 0. */
  grades: readonly number[]
  /** How many judged documents, retrieved or not, have each grade from 0 on: `levels[2]` of grade 2. */
  levels: readonly number[]
}

/** The judgements of one query, made ready to look documents up in. */
export interface JudgedQuery {
  grades: ReadonlyMap<string, number>
  levels: readonly number[]
}

export function judgedQuery(grades: ReadonlyMap<string, number>): JudgedQuery {
  const levels: number[] = []
  for (const grade of grades.values()) {
    while (levels.length <= grade) levels.push(0)
    if (grade >= 0) levels[grade] = (levels[grade] as number) + 1
  }
  return { grades, levels }
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
  let count = 0
  for (let grade = rel; grade < levels.length; grade++) count += levels[grade] as number
  return count
}

/** A quotient that is 0 where there is nothing to divide by. */
export const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
