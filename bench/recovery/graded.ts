// How often GPT-4o calls a passage of DL19 relevant: by its human grade, and by grade and likeness together.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fitLogistic, logOdds, type LogisticExample, type LogisticModel } from '../../src/judging/cascade/logistic.ts'
import type { Likeness } from './likeness.ts'

/** The lowest grade that counts as relevant in DL19. */
export const RELEVANT = 2
const GRADES = [0, 1, 2, 3] as const

export interface GradedRates {
  /** For the grades 0 to 3: the number of passages with GPT-4o's label, and the share of them that it called relevant. */
  grades: { judged: number; called: number }[]
  /** For the grades 0 and 1: the number of passages in BM25's first 100, where mined negatives come from. */
  mined: [number, number]
}

interface LabelledPassage {
  query: string
  passage: string
  grade: number
  isCalled: boolean
}

/** @param folder `dl19` of the data */
export function readGradedRates(folder: string): GradedRates {
  const { human, labelled } = readLabels(folder)
  const grades = GRADES.map((grade) => {
    const given = labelled.filter((each) => each.grade === grade)
    return { judged: given.length, called: given.filter(({ isCalled }) => isCalled).length / given.length }
  })
  const found = table(folder, 'bm25-top100.run').map(([query, , id]) => human.get(`${query} ${id}`))
  const count = (grade: number) => found.filter((each) => each === grade).length
  return { grades, mined: [count(0), count(1)] }
}

/**
 * Fits how often GPT-4o calls a passage relevant: an intercept for each human grade, and a slope over the likeness for relevant passages
 * and for others. @param folder `dl19` of the data
 */
export async function fitByLikeness(folder: string, likeness: Likeness): Promise<LogisticModel> {
  const texts = pairs(folder, 'passages.tsv.gz')
  const queries = pairs(folder, 'queries.tsv')
  const textOf = ({ passage }: LabelledPassage) => texts.get(passage) ?? ''
  const examples: LogisticExample[] = []
  for (const [query, all] of Map.groupBy(readLabels(folder).labelled, (each) => each.query)) {
    const positives = all.filter(({ grade }) => grade >= RELEVANT).map(textOf)
    if (positives.length === 0) continue
    const values = await likeness(queries.get(query) ?? '', positives, all.map(textOf))
    for (const [at, { grade, isCalled }] of all.entries())
      examples.push({ features: featuresOf(grade, values[at] as number), isPositive: isCalled })
  }
  return fitLogistic(examples, featuresOf(0, 0).length)
}

function readLabels(folder: string): { human: Map<string, number>; labelled: LabelledPassage[] } {
  const lines = table(folder, 'qrels.human.txt')
  const human = new Map(lines.map(([query, , id, grade]) => [`${query} ${id}`, Number(grade)]))
  const labelled = table(folder, 'labels.gpt-4o.txt').flatMap(([query, , passage, label]): LabelledPassage[] => {
    const grade = human.get(`${query} ${passage}`)
    return grade === undefined ? [] : [{ query, passage, grade, isCalled: Number(label) >= RELEVANT }]
  })
  return { human, labelled }
}

const featuresOf = (grade: number, likeness: number): number[] => [
  ...[1, 2, 3].map((each) => Number(grade === each)),
  grade >= RELEVANT ? likeness : 0,
  grade >= RELEVANT ? 0 : likeness,
]

/** Returns how often a passage of a grade and likeness is called relevant. */
export const chanceOf = (model: LogisticModel, grade: number, likeness: number): number =>
  1 / (1 + Math.exp(-logOdds(model, featuresOf(grade, likeness))))

/** Returns how often passages of grades 2 and 3 together are called relevant. */
export function meanGrades({ grades }: GradedRates): number {
  const relevant = grades.slice(RELEVANT)
  const right = relevant.reduce((sum, grade) => sum + grade.judged * grade.called, 0)
  return right / relevant.reduce((sum, grade) => sum + grade.judged, 0)
}

function readLines(folder: string, file: string): string[] {
  const bytes = readFileSync(join(folder, file))
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim().split('\n')
}

const pairs = (folder: string, file: string) =>
  new Map(readLines(folder, file).map((line) => line.split('\t') as [string, string]))

const table = (folder: string, file: string) =>
  readLines(folder, file).map((line) => line.trim().split(/\s+/) as [string, string, string, string])
