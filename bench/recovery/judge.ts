// A judge that knows the truth and errs by chance. Its mistakes depend on seed, query and passage alone: they are the same in every file and
// for every method that asks it.
import { unitHash } from '../../src/base/hash.ts'
import type { LogisticModel } from '../../src/judging/cascade/logistic.ts'
import { chanceOf, meanGrades, RELEVANT, type GradedRates } from './graded.ts'

/** A passage as the judge meets it. */
export interface Judged {
  isRelevant: boolean
  /** How much more like the query it is than the positives are, see likeness.ts. Negative where it is less like it. */
  likeness: number
}

export interface Judge {
  name: string
  /** How often it calls a passage relevant. @param kind a number from 0 to 1, drawn for the passage: which of several kinds it is of */
  chance(passage: Judged, kind: number): number
  /** How often it considers a passage that it calls relevant better than the known positives. */
  better: number
}

/** One time in two. */
const BETTER = 0.5

/** Returns a judge that errs about every passage with the same probability. */
export const symmetricJudge = (name: string, error: number, better = BETTER): Judge => ({
  name,
  chance: ({ isRelevant }) => (isRelevant ? 1 - error : error),
  better,
})

/** Returns whether the judge calls a passage relevant. @param seed of its mistakes; a model of another name makes others */
export function callsRelevant(judge: Judge, seed: string, query: string, passage: string, judged: Judged): boolean {
  const drawn = (what: string) => unitHash(`recovery ${what} ${seed}\n${query}\n${passage}`)
  return drawn('verdict') < judge.chance(judged, drawn('kind'))
}

/** Returns whether the judge considers a passage that it calls relevant better than the known positives. */
export const callsBetter = ({ better }: Judge, seed: string, query: string, passage: string) =>
  unitHash(`recovery better ${seed}\n${query}\n${passage}`) < better

/**
 * Returns a judge that errs as GPT-4o does on DL19, about all passages of a grade alike. A relevant passage is called relevant as often as
 * passages of grades 2 and 3 are. Others have grade 0 or 1 in the proportion found among BM25's first 100, and are called relevant as often
 * as passages of that grade.
 */
export function gradedJudge(name: string, rates: GradedRates, better = BETTER): Judge {
  const ofRelevant = meanGrades(rates)
  return {
    name,
    chance: ({ isRelevant }, kind) =>
      isRelevant ? ofRelevant : (rates.grades[gradeBelow(rates, kind)] as { called: number }).called,
    better,
  }
}

/** Returns a judge that errs as GPT-4o does on DL19 about passages of a grade that are as like the query. */
export function likenessJudge(name: string, rates: GradedRates, fitted: LogisticModel, better = BETTER): Judge {
  const [second = 0, third = 0] = rates.grades.slice(RELEVANT).map(({ judged }) => judged)
  const isSecond = second / (second + third)
  return {
    name,
    chance: ({ isRelevant, likeness }, kind) => {
      const grade = isRelevant ? (kind < isSecond ? RELEVANT : RELEVANT + 1) : gradeBelow(rates, kind)
      return chanceOf(fitted, grade, likeness)
    },
    better,
  }
}

/** Draws grade 0 or 1. */
const gradeBelow = ({ mined: [none, some] }: GradedRates, kind: number) => (kind < none / (none + some) ? 0 : 1)
