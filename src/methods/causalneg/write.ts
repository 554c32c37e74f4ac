// CausalNeg's writing: the requested passages, each checked by the gates, and a second version of refused ones.
import type { Reading } from '../../llm/read.ts'
import { contentId } from '../../rows/ids.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import type { Analysis, Candidate, Unread } from '../../evidence/evidence.ts'
import { askedOf, askFor, unreadOf, type Subject } from './ask.ts'
import { writingFormat } from './formats.ts'
import { gatesFor, type Fault } from '../../gates/gates.ts'
import type { Order } from './write-prompt.ts'
import { writeQuestion } from './small-prompt.ts'
import { readWriting, type WrittenPassage } from './writing-reply.ts'

/** A passage that was refused, and why. */
export interface RefusedCandidate {
  candidate: Candidate
  /** A sentence. */
  why: string
  how: string
}

/** What came of some orders: the passages, and the calls that gave none. */
interface WritingRound {
  candidates: Candidate[]
  unread: Unread[]
}

/**
 * Makes one call, with a candidate for each order; one call for each order where the writer is small.
 * @param before the candidates written for the row earlier
 */
export async function write(
  subject: Subject,
  analysis: Analysis,
  orders: Order[],
  before: Candidate[] = [],
): Promise<WritingRound> {
  const { row, settings } = subject
  const references = referencesOf(row, settings.references)
  const attempt = before.length === 0 ? 1 : 2
  const ask = settings.prompts.small.has('write') ? writeEach : writeTogether
  const readings = await ask(subject, analysis, orders, references, attempt)

  const faultOf = gatesFor(row)
  const written: Candidate[] = []
  const passages = readings.flatMap(({ reading }) => (reading.read ? reading.value : []))
  for (const { number, text, title, rewrites } of passages.toSorted((one, other) => one.number - other.number)) {
    const { requirement, strategy } = orders[number - 1] as Order
    const source = rewrites === undefined ? undefined : references[rewrites - 1]
    const passage = contentId({ title, text })
    const others = [...before, ...written]
    const isRepeated = others.some((other) => other.passage === passage)
    const fault =
      faultOf({ text, ...(title !== undefined && { title }) }, textsBeside({ requirement, strategy }, others)) ??
      (isRepeated ? REPEATED : undefined)
    written.push({
      kind: 'candidate',
      stage: 'write',
      passage,
      text,
      ...(title !== undefined && { title }),
      ...askedOf(subject, 'write'),
      strategy,
      requirement,
      ...(source && { rewrites: source.id }),
      attempt,
      ...(fault && { fault }),
    })
  }
  const unread = readings.flatMap(({ of, reading }) =>
    reading.read ? [] : [unreadOf(subject, 'write', refusedIn(of, before), reading)],
  )
  return { candidates: written, unread }
}

/** The reply to some orders. */
interface WritingReading {
  of: Order[]
  reading: Reading<WrittenPassage[]>
}

async function writeTogether(
  subject: Subject,
  analysis: Analysis,
  orders: Order[],
  references: Passage[],
  attempt: number,
): Promise<WritingReading[]> {
  const { row, task, settings } = subject
  const hasTitles = areTitled(row)
  const asked = { passages: orders.length, references: references.length, hasTitles }
  const messages = settings.prompts.write({ task, row, analysis, orders, references, hasTitles })
  const { temperature } = settings
  const reading = await askFor(
    subject,
    { stage: 'write', part: String(attempt), messages, temperature, format: writingFormat(asked) },
    (text) => readWriting(text, asked),
  )
  return [{ of: orders, reading }]
}

/** Which reference a passage is made from is not asked. */
function writeEach(
  subject: Subject,
  { requirements }: Analysis,
  orders: Order[],
  references: Passage[],
  attempt: number,
): Promise<WritingReading[]> {
  const { row, settings } = subject
  const one = async (order: Order): Promise<WritingReading> => {
    const text = requirements[order.requirement - 1]?.text ?? ''
    const { messages, rule, read } = writeQuestion(subject, { ...order, text }, references, areTitled(row))
    const { temperature } = settings
    const { number } = order
    const reading = await askFor(
      subject,
      { stage: 'write', part: `${attempt}.${number}`, messages, temperature, rule },
      (said) => [{ number, ...read(said) }],
    )
    return { of: [order], reading }
  }
  return Promise.all(orders.map(one))
}

const REPEATED: Fault = { gate: 'copies-candidate', detail: 'it is the text of a passage written for the row before' }

/** Returns the texts that must not be nearly copied: other passages that the gates let pass. A second version may resemble its first. */
function textsBeside(
  { requirement, strategy }: Pick<Candidate, 'requirement' | 'strategy'>,
  others: Candidate[],
): string[] {
  return others
    .filter((other) => !other.fault && (other.requirement !== requirement || other.strategy !== strategy))
    .map(({ text }) => text)
}

/** Returns the orders to rewrite refused passages. */
export function secondOrders(refused: RefusedCandidate[]): Order[] {
  return refused.map(({ candidate: { requirement, strategy, text, title }, why, how }, index) => ({
    number: index + 1,
    requirement,
    strategy,
    how,
    refused: { text, title, why },
  }))
}

/** Returns the ids of the passages that these orders would replace. */
function refusedIn(orders: Order[], before: Candidate[]): string[] {
  return orders.flatMap(({ requirement, strategy }) =>
    before
      .filter((candidate) => candidate.requirement === requirement && candidate.strategy === strategy)
      .map(({ passage }) => passage),
  )
}

/** Returns the first mined negatives of the row: the hardest ones, if they are in the order of mining. */
function referencesOf(row: Row, most: number): Passage[] {
  return labelled(row, 'negative')
    .filter(({ origin, text }) => origin !== 'generated' && text.trim() !== '')
    .slice(0, most)
}

/** Returns whether most passages of the row have a title; one without would stand out. */
function areTitled({ passages }: Row): boolean {
  const given = passages.filter(({ origin }) => origin !== 'generated')
  return given.filter(({ title = '' }) => title.trim() !== '').length * 2 > given.length
}
