// Step 2 of ARHN: ranks the passages by how well they answer, the positives among them.
import type { CallError } from '../../llm/errors.ts'
import { orderFormat } from '../../llm/form.ts'
import { labelled, type Passage } from '../../rows/row.ts'
import type { Evidence, Rank, Verdict } from '../../evidence/evidence.ts'
import { CONFIRM, inFurtherOrder } from '../../policy/confirming.ts'
import { splitting } from '../../llm/split.ts'
import { sample, unreadOf, type Subject } from './ask.ts'
import { permutationsOf } from './order.ts'
import { rankPairwise } from './pairwise.ts'
import type { Candidate } from './prompt.ts'
import { readRanking } from './reply.ts'
import type { Need } from './steps.ts'
import { meanRanks } from './votes.ts'

/** Runs one round: if a positive and a candidate answer, asks for their order once per permutation. */
export async function rankAll(subject: Subject, need: Need, extracted: Evidence[]): Promise<Evidence[]> {
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

  const shownOf = (passage: Passage): Candidate => ({ passage, snippet: read.get(passage.id)?.snippet ?? null })
  const { compare } = settings.prompts
  if (compare) return rankPairwise(subject, need, anchors.map(shownOf), candidates.map(shownOf), compare)
  const answersOf = (windows: Window[]) =>
    Promise.all(windows.map((window) => rankWindow(subject, need, anchors, window)))
  const seedOf = (order: number) => `rank ${settings.seed} ${order} ${row.id} ${need.step ?? ''}`
  const windows = permutationsOf(anchors, candidates, settings.permutations, seedOf).map(
    ({ order, window, items }): Window => ({
      order,
      window,
      shown: items.map(shownOf),
    }),
  )
  const ranked = (await answersOf(windows)).flat()
  return [...ranked, ...(await answersOf(confirming(subject, anchors, windows, ranked))).flat()]
}

/** Returns the windows to show again: those in which a candidate ranks above a positive. None if a ranking is unread. */
function confirming({ row, settings }: Subject, anchors: Passage[], windows: Window[], ranked: Evidence[]): Window[] {
  const ranks = ranked.filter((item) => item.kind === 'rank')
  if (ranks.length < ranked.length) return []
  const ids = new Set(anchors.map(({ id }) => id))
  const above = new Set(
    [...Map.groupBy(ranks, ({ order, window }) => `${order} ${window}`).values()].flatMap((ranking) => {
      const worst = Math.max(...ranking.flatMap(({ passage, rank }) => (ids.has(passage) ? [rank] : [])))
      return ranking.flatMap(({ passage, rank }) => (!ids.has(passage) && rank < worst ? [passage] : []))
    }),
  )
  const again = windows.filter(({ order, shown }) => order === 1 && shown.some(({ passage }) => above.has(passage.id)))
  return Array.from({ length: settings.confirm }, (_order, index) => index + 2).flatMap((order) =>
    again.map(({ window, shown }): Window => {
      const items = shown.map((candidate) => ({ id: candidate.passage.id, candidate }))
      const turned = inFurtherOrder(items, order, row.id).map(({ candidate }) => candidate)
      return { order: settings.permutations + order - 1, window, shown: turned, confirms: true }
    }),
  )
}

interface Window {
  /** Number of the permutation, from 1. */
  order: number
  window: string
  shown: Candidate[]
  /** Whether it confirms what other orders found. */
  confirms?: boolean
}

const stageOf = ({ confirms }: Window) => (confirms === true ? CONFIRM : 'rank')

/** Makes one call. If the list is too long for the model, makes one call per half of the candidates, with the anchors in both. */
function rankWindow(subject: Subject, need: Need, anchors: Passage[], given: Window): Promise<Evidence[]> {
  const { window, shown } = given
  const isAnchor = ({ passage }: Candidate) => anchors.includes(passage)
  const rank = (candidates: Candidate[], part: string) =>
    rankOnce(subject, need, {
      ...given,
      window: part,
      shown: shown.filter((each) => isAnchor(each) || candidates.includes(each)),
    })
  const tooLong = (candidates: Candidate[], { message }: CallError) => [
    unreadOf(
      subject,
      stageOf(given),
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

async function rankOnce(subject: Subject, { step, text }: Need, given: Window): Promise<Evidence[]> {
  const { order, window, shown, confirms = false } = given
  const { row, task, settings } = subject
  const part = [step, order, window].filter((each) => each !== undefined).join('.')
  const messages = settings.prompts.rank(task, row, shown, {
    step: step === undefined ? undefined : text,
    asJson: settings.constrain === 'json',
  })
  const format = settings.constrain && orderFormat(settings.constrain, shown.length)
  const readings = await sample(subject, { stage: 'rank', confirms, part, messages, format }, (said) =>
    readRanking(said, shown.length),
  )
  const vote = meanRanks(readings)
  const passages = shown.map(({ passage }) => passage)
  if (!vote.read) return [unreadOf(subject, stageOf(given), passages, vote)]
  const { model, prompts } = settings
  return passages.map(({ id }, index): Rank => ({
    kind: 'rank',
    passage: id,
    stage: stageOf(given),
    model,
    prompt: prompts.versions.rank.name,
    order,
    window,
    rank: vote.value[index] as number,
    ...(step !== undefined && { step }),
  }))
}
