// Synthetic rows for ARHN whose grades stand in their passages, and a model that goes by them.
import { answer, type Knowledge } from './answers.ts'
import type { SeenRequest } from './chat-server.ts'
import { queryOf, type SyntheticRow } from './synthetic.ts'

/** A text ends in its grade: `#0` answers nothing; of the others the higher answers better. A positive has `#5`. */
const GRADES = ['#0', '#7', '#0', '#3', '#0', '#0', '#3']
const ANCHOR = 5

const gradeOf = (text: string) => Number(/#(\d)$/.exec(text)?.[1])

/** `count` rows of 4 negatives, of which up to three answer; every fifth has none that does. */
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

/** The row as it must come out: above the positive → positive, below it with an answer → taken out. */
export function regraded({ query, pos, neg }: SyntheticRow): SyntheticRow {
  const above = neg.filter((text) => gradeOf(text) > ANCHOR)
  return { query, pos: [...pos, ...above], neg: neg.filter((text) => gradeOf(text) === 0) }
}

const KNOWLEDGE: Knowledge = {
  answerIn: (_query, text) => (gradeOf(text) > 0 ? text.replace(/ #\d$/, '') : undefined),
  place: (_query, text) => `${9 - gradeOf(text)} ${text}`,
}

export const gradedReply = (request: Pick<SeenRequest, 'messages'>) => answer(request, KNOWLEDGE)
