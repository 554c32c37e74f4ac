// Step 2 of ARHN: ranks the passages by how well they answer, the positives among them.
import type { CallError } from '../../llm/errors.ts'
import { orderFormat } from '../../llm/form.ts'
import { labelled, type Passage } from '../../rows/row.ts'
import type { Evidence, Rank, Verdict } from '../../evidence/evidence.ts'
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
  const seedOf = (order: number) => `rank ${settings.seed} ${order} ${row.id} ${need.step ?? ''}`
  const windows = permutationsOf(anchors, candidates, settings.permutations, seedOf).map(
    ({ order, window, items }): Window => ({
      order,
      window,
      shown: items.map(shownOf),
    }),
  )
  return (await Promise.all(windows.map((window) => rankWindow(subject, need, anchors, window)))).flat()
}

interface Window {
  /** Number of the permutation, from 1. */
  order: number
  window: string
  shown: Candidate[]
}

/** Makes one call. If the list is too long for the model, makes one call per half of the candidates, with the anchors in both. */
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
  const messages = settings.prompts.rank(task, row, shown, {
    step: step === undefined ? undefined : text,
    asJson: settings.constrain === 'json',
  })
  const format = settings.constrain && orderFormat(settings.constrain, shown.length)
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
    prompt: prompts.versions.rank.name,
    order,
    window,
    rank: vote.value[index] as number,
    ...(step !== undefined && { step }),
  }))
}
