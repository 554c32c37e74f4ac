// Step 1 of ARHN: finds the words of each passage that answer the query.
import type { CallError } from '../../llm/errors.ts'
import type { Reading } from '../../llm/read.ts'
import type { Passage } from '../../rows/row.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { splitting } from '../../llm/split.ts'
import { sample, unreadOf, verdictOf, type Subject } from './ask.ts'
import { extractStepsMessages } from './prompt.ts'
import {
  readExtraction,
  readExtractions,
  readStepExtractions,
  isUnread,
  type Extraction,
  type ReplyPart,
} from './reply.ts'
import type { Need } from './steps.ts'
import { majority } from './votes.ts'

/** Runs one round: one call per passage, or one per few passages if the user asks for that. */
export async function extractAll(subject: Subject, needs: Need[]): Promise<Evidence[]> {
  const { row, task, settings } = subject
  const groups = chunksOf(row.passages, task.multiHop ? 1 : settings.passagesPerCall)
  const extract = (passages: Passage[], part: string) => extractFrom(subject, needs, passages, part)
  const tooLong = (passages: Passage[], { message }: CallError) => [
    unreadOf(subject, 'extract', passages, { why: 'too-long', detail: message, raw: undefined }),
  ]
  const found = groups.map((group, index) => splitting(group, String(index + 1), extract, tooLong))
  return (await Promise.all(found)).flat()
}

async function extractFrom(subject: Subject, needs: Need[], passages: Passage[], part: string): Promise<Evidence[]> {
  const { row, task, settings } = subject
  const [only] = passages as [Passage]
  const isMultiHop = needs[0]?.step !== undefined
  const messages = isMultiHop
    ? extractStepsMessages(task, row, needs, only)
    : settings.prompts.extract(task, row, passages)
  const read = (text: string): ReplyPart[] => {
    if (isMultiHop) return readStepExtractions(text, only, needs.length)
    return passages.length === 1 ? [readExtraction(text, only)] : readExtractions(text, passages)
  }
  const readings = await sample(subject, { stage: 'extract', part, messages }, read)

  const sought = passages.flatMap((passage) => needs.map(({ step }) => ({ passage, step })))
  return sought.map(({ passage, step }, index) => {
    const vote = majority(readings.map((reading) => partOf(reading, index)))
    if (!vote.read) return unreadOf(subject, 'extract', [passage], vote)
    const votes = readings.length > 1 ? { agree: vote.agree, of: vote.of } : undefined
    if (vote.value === null) return verdictOf(subject, 'extract', passage, 'no-answer', { step, votes })
    const { text } = vote.value
    return verdictOf(subject, 'extract', passage, 'answers', { step, votes, snippet: vote.value, reason: text })
  })
}

function partOf(reading: Reading<ReplyPart[]>, index: number): Reading<Extraction> {
  if (!reading.read) return reading
  const part = reading.value[index] as ReplyPart
  return isUnread(part) ? { read: false, ...part } : { read: true, value: part }
}

function chunksOf<T>(items: T[], size: number): T[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_all, index) => items.slice(index * size, (index + 1) * size))
}
