// ARHN: answer-centric relabelling of hard negatives with open models (arXiv 2604.11092).
//   1. Extract: for each passage by itself, positives too, the words of it that answer the query, or NO_ANSWER.
//   2. Rank: one listwise order of the candidates, the positives among them, by how directly they answer.
//   3. Decide (src/decide/arhn.ts): above the positive → positive; below it, with an answer → out of the negatives.
// A question that needs several facts is first taken apart into steps (multi-hop); 1 and 2 are then done for each step.
import type { CallError } from '../../llm/errors.ts'
import type { Reading } from '../../llm/read.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import type { Evidence, Rank, Verdict } from '../evidence.ts'
import type { Method } from '../method.ts'
import { isTooLong, splitting } from '../split.ts'
import { rankingFormat, sample, unreadOf, verdictOf, type ArhnSettings, type Subject } from './ask.ts'
import { permutationsOf } from './order.ts'
import { extractMessages, extractStepsMessages, rankMessages, stepsMessages, type Candidate } from './prompt.ts'
import {
  readExtraction,
  readExtractions,
  readRanking,
  readStepExtractions,
  readSteps,
  type Extraction,
} from './reply.ts'
import { majority, meanRanks } from './votes.ts'

/** What is looked for in the passages of a row: the whole query, or one step of it. */
interface Need {
  /** From 1; undefined for the whole query. */
  step?: number
  text: string
  /** The positives that meet it. */
  givers: Passage[]
}

export function arhn(settings: ArhnSettings): Method {
  return async (row, ask) => {
    const task = settings.taskOf(row)
    if (task.exempt.includes('arhn')) return [{ kind: 'exempt', reason: `the task ${task.name} is exempt from arhn` }]

    const subject = { row, task, settings, ask }
    const { needs, evidence } = task.multiHop ? await nameSteps(subject) : { needs: [wholeQuery(row)], evidence: [] }
    const extracted = needs.length === 0 ? [] : await extractAll(subject, needs)
    const ranked = await Promise.all(needs.map((need) => rankAll(subject, need, extracted)))
    return [...evidence, ...extracted, ...ranked.flat()]
  }
}

const wholeQuery = (row: Row): Need => ({ text: row.query, givers: labelled(row, 'positive') })

/** Multi-hop, one call: the steps that the positives give. What no positive gives, no negative can take the place of. */
async function nameSteps(subject: Subject): Promise<{ needs: Need[]; evidence: Evidence[] }> {
  const positives = labelled(subject.row, 'positive')
  const messages = stepsMessages(subject.task, subject.row, positives)
  const read = (text: string) => readSteps(text, positives.length)
  const nothing = (why: string, detail: string, raw?: string) => ({
    needs: [],
    evidence: [unreadOf(subject, 'steps', positives, { why, detail, raw })],
  })
  try {
    const [reading] = await sample(subject, { stage: 'steps', part: '1', messages, samples: 1 }, read)
    if (!reading?.read) return nothing(reading?.why ?? '', reading?.detail ?? '', reading?.raw)
    const needs = reading.value.map(({ text, givenBy }, index): Need => ({
      step: index + 1,
      text,
      givers: givenBy.map((number) => positives[number - 1] as Passage),
    }))
    const evidence = needs.flatMap(({ step, text, givers }) =>
      givers.map((giver) => verdictOf(subject, 'steps', giver, 'gives', { step, reason: text })),
    )
    return { needs, evidence }
  } catch (error) {
    if (!isTooLong(error)) throw error
    return nothing('too-long', error.message)
  }
}

/** Step 1, one round: a call for each passage by itself, or for a few where the user wants it so. */
async function extractAll(subject: Subject, needs: Need[]): Promise<Evidence[]> {
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
  const { row, task } = subject
  const [only] = passages as [Passage]
  const isMultiHop = needs[0]?.step !== undefined
  const messages = isMultiHop ? extractStepsMessages(task, row, needs, only) : extractMessages(task, row, passages)
  const read = (text: string): Extraction[] => {
    if (isMultiHop) return readStepExtractions(text, only, needs.length)
    return passages.length === 1 ? [readExtraction(text, only)] : readExtractions(text, passages)
  }
  const readings = await sample(subject, { stage: 'extract', part, messages }, read)

  const sought = passages.flatMap((passage) => needs.map(({ step }) => ({ passage, step })))
  return sought.map(({ passage, step }, index) => {
    const vote = majority(readings.map((reading) => valueAt(reading, index)))
    if (!vote.read) return unreadOf(subject, 'extract', [passage], vote)
    const votes = readings.length > 1 ? { agree: vote.agree, of: vote.of } : undefined
    if (vote.value === null) return verdictOf(subject, 'extract', passage, 'no-answer', { step, votes })
    const { text } = vote.value
    return verdictOf(subject, 'extract', passage, 'answers', { step, votes, snippet: vote.value, reason: text })
  })
}

/** Step 2, one round: where a positive and a candidate answer, their order, as often as there are permutations. */
async function rankAll(subject: Subject, need: Need, extracted: Evidence[]): Promise<Evidence[]> {
  const { row, settings } = subject
  const read = new Map(
    extracted
      .filter((item): item is Verdict => item.kind === 'verdict' && item.step === need.step)
      .map((item) => [item.passage, item]),
  )
  const answers = ({ id }: Passage) => read.get(id)?.verdict === 'answers'
  const anchors = need.givers.filter(answers)
  const candidates = labelled(row, 'negative').filter((passage) =>
    settings.rankAll ? read.has(passage.id) : answers(passage),
  )
  if (anchors.length === 0 || candidates.length === 0) return []

  const snippetOf = ({ id }: Passage) => read.get(id)?.snippet ?? null
  const seedOf = (order: number) => `rank ${settings.seed} ${order} ${row.id} ${need.step ?? ''}`
  const windows = permutationsOf(anchors, candidates, settings.permutations, seedOf).map(
    ({ order, window, items }): Window => ({
      order,
      window,
      shown: items.map((passage): Candidate => ({ passage, snippet: snippetOf(passage) })),
    }),
  )
  return (await Promise.all(windows.map((window) => rankWindow(subject, need, anchors, window)))).flat()
}

interface Window {
  /** From 1: which of the permutations. */
  order: number
  window: string
  shown: Candidate[]
}

/** One call; for a list that is too long for the model, one for each half of the candidates, the anchors in both. */
function rankWindow(
  subject: Subject,
  need: Need,
  anchors: Passage[],
  { order, window, shown }: Window,
): Promise<Evidence[]> {
  const isAnchor = ({ passage }: Candidate) => anchors.includes(passage)
  const rank = (candidates: Candidate[], part: string) =>
    rankOnce(subject, need, {
      order,
      window: part,
      shown: shown.filter((each) => isAnchor(each) || candidates.includes(each)),
    })
  const tooLong = (candidates: Candidate[], { message }: CallError) => [
    unreadOf(
      subject,
      'rank',
      candidates.map(({ passage }) => passage),
      { why: 'too-long', detail: message, raw: undefined },
    ),
  ]
  return splitting(
    shown.filter((each) => !isAnchor(each)),
    window,
    rank,
    tooLong,
  )
}

async function rankOnce(subject: Subject, { step, text }: Need, { order, window, shown }: Window): Promise<Evidence[]> {
  const { row, task, settings } = subject
  const part = [step, order, window].filter((each) => each !== undefined).join('.')
  const messages = rankMessages(task, row, shown, {
    step: step === undefined ? undefined : text,
    asJson: settings.constrain === 'json',
  })
  const format = rankingFormat(settings.constrain, shown.length)
  const readings = await sample(subject, { stage: 'rank', part, messages, format }, (said) =>
    readRanking(said, shown.length),
  )
  const vote = meanRanks(readings)
  const passages = shown.map(({ passage }) => passage)
  if (!vote.read) return [unreadOf(subject, 'rank', passages, vote)]
  const { model, prompts } = settings
  return passages.map(({ id }, index): Rank => ({
    kind: 'rank',
    passage: id,
    stage: 'rank',
    model,
    prompt: prompts.rank.name,
    order,
    window,
    rank: vote.value[index] as number,
    ...(step !== undefined && { step }),
  }))
}

function valueAt<T>(reading: Reading<T[]>, index: number): Reading<T> {
  return reading.read ? { read: true, value: reading.value[index] as T } : reading
}

function chunksOf<T>(items: T[], size: number): T[][] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_all, index) => items.slice(index * size, (index + 1) * size))
}
