// A judge that knows the truth and errs by chance, at rates that are given. Its mistakes are draws of seed, query and passage: the same in
// every file and for every method that asks it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unitHash } from '../../src/base/hash.ts'

export interface Judge {
  name: string
  /** How often it calls a relevant passage relevant. */
  ofRelevant: number
  /** Passages that are not relevant, in kinds: which share of them is of a kind, and how often it calls one of these relevant. */
  ofOthers: readonly { share: number; called: number }[]
  /** How often what it calls relevant is, to its mind, better than the known positives. */
  better: number
}

/** One time in two. */
const BETTER = 0.5

/** Wrong about every passage with one and the same chance. */
export const symmetricJudge = (name: string, error: number, better = BETTER): Judge => ({
  name,
  ofRelevant: 1 - error,
  ofOthers: [{ share: 1, called: error }],
  better,
})

/** Whether the judge calls a passage relevant. @param seed of its mistakes; a model of another name makes others */
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

/** Whether what it calls relevant is, to its mind, better than the known positives. */
export const callsBetter = ({ better }: Judge, seed: string, query: string, passage: string) =>
  unitHash(`recovery better ${seed}\n${query}\n${passage}`) < better

/** Grades that count as relevant in DL19. */
const RELEVANT = 2

/** How GPT-4o judged the passages that people had graded, by their grade. */
export interface GradedRates {
  /** Of the grades 0 to 3: how many passages, and which share GPT-4o called relevant. */
  grades: { judged: number; called: number }[]
  /** Of the grades 0 and 1: how many there are in BM25's first 100, which is where mined negatives come from. */
  mined: [number, number]
}

/**
 * A judge that errs as GPT-4o does on DL19. What is relevant is called so as often as passages of grades 2 and 3 are; a mined negative has
 * grade 0 or 1 as often as the passages that BM25 has among its first 100 and people found not relevant, and is called relevant as often as those.
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
