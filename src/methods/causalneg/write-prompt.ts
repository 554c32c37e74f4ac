// The second question of CausalNeg: passages that each miss one requirement, in the style of the collection.
import { section } from '../../prompts/comparison.ts'
import type { ChatMessage } from '../../llm/chat.ts'
import type { Passage, Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import type { Analysis, Candidate } from '../../evidence/evidence.ts'
import { lengthsOf } from '../../gates/length.ts'
import { KINDS } from './analyse-prompt.ts'
import {
  DATA,
  does,
  fenced,
  numbered,
  querySection,
  relevantList,
  requirementList,
  titled,
  type Wording,
} from './prompt-parts.ts'

/** One passage to write. */
export interface Order extends Pick<Candidate, 'requirement' | 'strategy'> {
  /** Number by which the reply names it, from 1. */
  number: number
  how: string
  /** The refused first version, if this is the second. */
  refused?: { text: string; title?: string | undefined; why: string }
}

/** Inputs of the writing prompt. */
export interface WriteInput {
  task: Task
  row: Row
  analysis: Analysis
  orders: readonly Order[]
  references: readonly Passage[]
  /** Whether passages of this row have titles, so that a written one needs one as well. */
  hasTitles: boolean
}

export function writeMessages(input: WriteInput, wording: Wording = 'paper'): ChatMessage[] {
  const { row, analysis, orders, references } = input
  const sections = [
    querySection(row),
    section('relevant', relevantList(row)),
    section('analysis', analysisText(analysis)),
    ...(references.length > 0 ? [section('references', referenceList(references))] : []),
    section('passages', orderList(orders)),
  ]
  return [
    { role: 'system', content: instructions(input, wording) },
    { role: 'user', content: `${sections.join('\n\n')}\n\n${lengthText(row)}` },
  ]
}

export const referenceList = (references: readonly Passage[]) => references.map(numbered('Reference')).join('\n\n')

export function analysisText(analysis: Analysis): string {
  const { need, meets, boundary } = analysis
  return [
    `Need: ${fenced(need)}`,
    `Met by: ${fenced(meets)}`,
    `Boundary: ${fenced(boundary)}`,
    requirementList(analysis, true),
  ].join('\n')
}

export function orderList(orders: readonly Order[]): string {
  const lines = orders.map(({ number, requirement, strategy, how, refused }) => {
    const order = `Passage (${number}): breaks requirement ${requirement} by ${strategy}: ${fenced(how === '' ? KINDS[strategy] : how)}`
    if (refused === undefined) return order
    return `${order}\nAn earlier version was refused, because ${fenced(refused.why)}. It read: ${titled(refused)}`
  })
  return lines.join('\n')
}

/** Says how long passages of this row are, so that written ones match. */
export function lengthText(row: Row): string {
  const { typical, shortest, longest } = lengthsOf(row)
  return `Write about ${typical} characters for each passage, never fewer than ${shortest} nor more than ${longest}.`
}

function instructions({ task, hasTitles }: Pick<WriteInput, 'task' | 'hasTitles'>, wording: Wording): string {
  const isFirst = wording === 'paper@1'
  const form = hasTitles ? '"title": "...", "text": "..."' : '"text": "..."'
  return `You write passages for the training data of a search engine. Each looks relevant to a ${task.query} at first sight and, read with care, is not: it misses one thing that is required.

You are given
- <query>: the ${task.query};
- <relevant>: passages that are relevant to it. ${task.passages}
- <analysis>: what is needed, where the boundary of relevance runs, and the requirements of a relevant passage;
- <references>, sometimes: other passages of the collection that are not relevant;
- <passages>: the numbered passages to write, each with the requirement that it breaks, and how.
${DATA}

What makes a passage relevant here: ${task.relevant}

Rules for every passage
1. It breaks the requirement named for it, clearly and in the way named, and fulfils the others as far as that allows: the same subject, the same depth, the same manner of speaking.
2. It does not even try to ${does(task)}. A wrong answer, a part of one, one that is denied, doubted or held back is still an attempt and no use here. It is about something else that is worth a passage by itself.
3. It stays inside the boundary of the analysis, and nothing in it gives away what the relevant passages give.
4. It could stand in this collection: written as <references> and <relevant> are, in form, register, length and detail, believable in what it says, complete, not broken off.
5. It is in the language and the script of <relevant>.
6. Where one of the references comes close, take it, rework it until it does what is asked, and give its number under "rewrites"; else write anew and give null. Rewriting is better. In either case the wording is its own: no near copy of any text shown here or of another passage of yours.
7. It never speaks of itself, of the ${task.query} as such, of requirements, relevance or answers, never says what it leaves out, and does not repeat the ${task.query} word for word.
If a passage cannot be written by these rules, give it an empty text.

Reply with one JSON object in this form, one entry for every number${isFirst ? '' : ', which stands in place of n'}, and with nothing else:
{"passages": [{"number": ${isFirst ? '1' : 'n'}, "rewrites": null, ${form}}]}`
}
