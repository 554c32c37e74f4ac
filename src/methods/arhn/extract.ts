// Step 1 of ARHN: finds the words of each passage that answer the query.
import type { CallError } from '../../llm/errors.ts'
import type { Reading } from '../../llm/read.ts'
import type { Passage } from '../../rows/row.ts'
import { sumOf } from '../../statistics/mean.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { splitting } from '../../llm/split.ts'
import { sample, unreadOf, verdictOf, type Subject } from './ask.ts'
import { shuffled } from './order.ts'
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
  const { passagesPerCall, isShuffled, seed, prompts } = settings
  const passages = isShuffled ? shuffled(row.passages, `extract ${seed} ${row.id}`) : row.passages
  const groups = chunksOf(passages, task.multiHop ? 1 : passagesPerCall)
  const tooLong = (some: Passage[], { message }: CallError) => [
    unreadOf(subject, 'extract', some, { why: 'too-long', detail: message, raw: undefined }),
  ]
  const extract = (group: Passage[], part: string, sought: Need[]) =>
    splitting(group, part, (some, name) => extractFrom(subject, sought, some, name), tooLong)
  const isApart = task.multiHop && prompts.extractSteps === undefined
  const found = groups.flatMap((group, index) => {
    const part = String(index + 1)
    if (!isApart) return [extract(group, part, needs)]
    return needs.map((need) => extract(group, `${part}.${need.step}`, [need]))
  })
  return (await Promise.all(found)).flat()
}

async function extractFrom(subject: Subject, needs: Need[], passages: Passage[], part: string): Promise<Evidence[]> {
  const { row, task, settings } = subject
  const { prompts, isCapped } = settings
  const [only] = passages as [Passage]
  const [need] = needs as [Need]
  const isStep = need.step !== undefined
  const inLines = isStep ? prompts.extractSteps : undefined
  const asked = isStep ? { ...row, query: need.text } : row
  const messages = inLines?.(task, row, needs, only) ?? prompts.extract(task, asked, passages)
  const read = (text: string): ReplyPart[] => {
    if (inLines) return readStepExtractions(text, only, needs.length)
    return passages.length === 1 ? [readExtraction(text, only)] : readExtractions(text, passages)
  }
  const maxTokens = isCapped ? limitOf(passages, needs.length) : undefined
  const readings = await sample(
    subject,
    { stage: 'extract', part, messages, ...(maxTokens !== undefined && { maxTokens }) },
    read,
  )

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

/** Tokens for the number of a line, or for quotation marks. */
const FRAME_TOKENS = 32

/** A token has at least one byte, so no words of these passages have more tokens. */
function limitOf(passages: Passage[], needs: number): number {
  const lengths = passages.map(({ title = '', text }) => Math.max(Buffer.byteLength(title), Buffer.byteLength(text)))
  return needs * (sumOf(lengths) + FRAME_TOKENS * passages.length)
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
