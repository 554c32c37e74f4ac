// Synthetic rows for ARHN whose passages contain their grades, and a model that follows them.
import { answer, type Knowledge } from './answers.ts'
import type { SeenRequest } from './chat-server.ts'
import { queryOf, type SyntheticRow } from './synthetic.ts'

/** A text ends in its grade: `#0` answers nothing; otherwise a higher grade answers better. A positive has `#5`. */
const GRADES = ['#0', '#7', '#0', '#3', '#0', '#0', '#3']
const ANCHOR = 5

const gradeOf = (text: string) => Number(/#(\d)$/.exec(text)?.[1])

/** Returns `count` rows of 4 negatives, up to three of which answer; in every fifth row none does. */
export function gradedRows(count: number): SyntheticRow[] {
  return Array.from({ length: count }, (_all, index) => ({
    query: queryOf(index),
    pos: [`the answer of row ${index} #${ANCHOR}`],
    neg: Array.from({ length: 4 }, (_each, at) => {
      const grade = index % 5 === 4 ? '#0' : GRADES[(index * 3 + at) % GRADES.length]
      return `text ${at} of row ${index} ${grade}`
    }),
  }))
}

/** Returns the expected row: a negative above the positive becomes a positive, one below it with an answer is removed. */
export function regraded({ query, pos, neg }: SyntheticRow): SyntheticRow {
  const above = neg.filter((text) => gradeOf(text) > ANCHOR)
  return { query, pos: [...pos, ...above], neg: neg.filter((text) => gradeOf(text) === 0) }
}

const KNOWLEDGE: Knowledge = {
  answerIn: (_query, text) => (gradeOf(text) > 0 ? text.replace(/ #\d$/, '') : undefined),
  place: (_query, text) => `${9 - gradeOf(text)} ${text}`,
}

export const gradedReply = (request: Pick<SeenRequest, 'messages'>) => answer(request, KNOWLEDGE)
