// A judge that knows the truth and errs by chance at given rates. Its mistakes depend on seed, query and passage alone: they are the same
// in every file and for every method that asks it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unitHash } from '../../src/base/hash.ts'

export interface Judge {
  name: string
  /** How often it calls a relevant passage relevant. */
  ofRelevant: number
  /** Kinds of passages that are not relevant: the share of each kind, and how often the judge calls one of them relevant. */
  ofOthers: readonly { share: number; called: number }[]
  /** How often it considers a passage that it calls relevant better than the known positives. */
  better: number
}

/** One time in two. */
const BETTER = 0.5

/** Returns a judge that errs about every passage with the same probability. */
export const symmetricJudge = (name: string, error: number, better = BETTER): Judge => ({
  name,
  ofRelevant: 1 - error,
  ofOthers: [{ share: 1, called: error }],
  better,
})

/** Returns whether the judge calls a passage relevant. @param seed of its mistakes; a model of another name makes others */
export function callsRelevant(
  { ofRelevant, ofOthers }: Judge,
  seed: string,
  query: string,
  passage: string,
  isRelevant: boolean,
): boolean {
  const drawn = (what: string) => unitHash(`recovery ${what} ${seed}\n${query}\n${passage}`)
  if (isRelevant) return drawn('verdict') < ofRelevant
  let rest = drawn('kind')
  const kind = ofOthers.find(({ share }) => (rest -= share) < 0) ?? ofOthers.at(-1)
  return drawn('verdict') < (kind?.called ?? 0)
}

/** Returns whether the judge considers a passage that it calls relevant better than the known positives. */
export const callsBetter = ({ better }: Judge, seed: string, query: string, passage: string) =>
  unitHash(`recovery better ${seed}\n${query}\n${passage}`) < better

/** The lowest grade that counts as relevant in DL19. */
const RELEVANT = 2

/** GPT-4o's judgements of passages with human grades, by grade. */
export interface GradedRates {
  /** For the grades 0 to 3: the number of passages, and the share of them that GPT-4o called relevant. */
  grades: { judged: number; called: number }[]
  /** For the grades 0 and 1: the number of passages in BM25's first 100, where mined negatives come from. */
  mined: [number, number]
}

/**
 * Returns a judge that errs as GPT-4o does on DL19. A relevant passage is called relevant as often as passages of grades 2 and 3 are. Mined
 * negatives have grade 0 or 1 in the proportion found among BM25's first 100, and are called relevant as often as passages of that grade.
 */
export function gradedJudge(name: string, { grades, mined }: GradedRates, better = BETTER): Judge {
  const relevant = grades.slice(RELEVANT)
  const judged = relevant.reduce((sum, grade) => sum + grade.judged, 0)
  const right = relevant.reduce((sum, grade) => sum + grade.judged * grade.called, 0)
  return {
    name,
    ofRelevant: right / judged,
    ofOthers: mined.map((count, grade) => ({
      share: count / (mined[0] + mined[1]),
      called: (grades[grade] as { called: number }).called,
    })),
    better,
  }
}

/** @param folder `dl19` of the data */
export function readGradedRates(folder: string): GradedRates {
  const table = (file: string) =>
    readFileSync(join(folder, file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/) as [string, string, string, string])
  const labels = new Map(table('labels.gpt-4o.txt').map(([query, , id, label]) => [`${query} ${id}`, Number(label)]))
  const human = new Map(table('qrels.human.txt').map(([query, , id, grade]) => [`${query} ${id}`, Number(grade)]))
  const grades = [0, 1, 2, 3].map((grade) => {
    const given = [...human].filter(([, each]) => each === grade).flatMap(([pair]) => labels.get(pair) ?? [])
    return { judged: given.length, called: given.filter((label) => label >= RELEVANT).length / given.length }
  })
  const found = table('bm25-top100.run').map(([query, , id]) => human.get(`${query} ${id}`))
  return { grades, mined: [found.filter((grade) => grade === 0).length, found.filter((grade) => grade === 1).length] }
}
