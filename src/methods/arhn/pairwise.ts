// Step 2 of ARHN for small models: each candidate is compared with each positive that answers, two texts a call. How candidates stand to
// each other is not asked, as only their relation to the positives decides.
import { unitHash } from '../../base/hash.ts'
import type { Reading } from '../../llm/read.ts'
import { isTooLong } from '../../llm/split.ts'
import { MOST_WORD_TOKENS, readPreference } from '../../prompts/one-word.ts'
import { meanOf } from '../../statistics/mean.ts'
import type { Evidence, Rank } from '../../evidence/evidence.ts'
import { sample, unreadOf, type Subject } from './ask.ts'
import type { ArhnPrompts, Candidate } from './prompt.ts'
import type { Need } from './steps.ts'
import { enoughOf } from './votes.ts'

/** Positives that a candidate is compared with: the first ones of the row represent all. */
const MOST_ANCHORS = 3

type Compare = NonNullable<ArhnPrompts['compare']>

/** Runs one round: every candidate against every anchor, once per permutation. */
export async function rankPairwise(
  subject: Subject,
  need: Need,
  anchors: Candidate[],
  candidates: Candidate[],
  compare: Compare,
): Promise<Evidence[]> {
  const orders = Array.from({ length: subject.settings.permutations }, (_all, index) => index + 1)
  const some = anchors.slice(0, MOST_ANCHORS)
  const calls = orders.flatMap((order) =>
    candidates.map((candidate, index) =>
      placeAmong(subject, need, some, candidate, compare, { order, window: String(index + 1) }),
    ),
  )
  return (await Promise.all(calls)).flat()
}

/** Where the ranks belong. A window is one candidate with the anchors. */
type Place = Pick<Rank, 'order' | 'window'>

/** Ranks a candidate among the anchors. Anchors that stand on one side of it share a rank, for they are not compared. */
async function placeAmong(
  subject: Subject,
  need: Need,
  anchors: Candidate[],
  candidate: Candidate,
  compare: Compare,
  place: Place,
): Promise<Evidence[]> {
  const comesFirst = isFirst(subject, need, candidate, place.order)
  const ask = async (anchor: Candidate, index: number) => {
    const part = [need.step, place.order, place.window, index + 1].filter((each) => each !== undefined).join('.')
    const [first, second] = comesFirst ? [candidate, anchor] : [anchor, candidate]
    return preferred(subject, compare(subject.task, need.text, first, second), part)
  }
  const found = await Promise.all(anchors.map(ask))
  const shown = comesFirst ? [candidate, ...anchors] : [...anchors, candidate]
  const shares: number[] = []
  for (const each of found) {
    if (!each.read)
      return [
        unreadOf(
          subject,
          'rank',
          shown.map(({ passage }) => passage),
          each,
        ),
      ]
    shares.push(comesFirst ? each.value : 1 - each.value)
  }
  return ranksOf(subject, need, shown, candidate, shares, place)
}

/** Every second order shows the pair the other way round. */
function isFirst({ row, settings: { seed } }: Subject, { step }: Need, { passage }: Candidate, order: number): boolean {
  const drawn = order % 2 === 0 ? order - 1 : order
  const comesFirst = unitHash(`pair ${seed} ${drawn} ${row.id} ${step ?? ''} ${passage.id}`) < 0.5
  return comesFirst === (drawn === order)
}

/** The share of the samples that prefer the first of the two texts; equals count half. */
async function preferred(subject: Subject, messages: ReturnType<Compare>, part: string): Promise<Reading<number>> {
  try {
    const question = { stage: 'rank', part, messages, maxTokens: MOST_WORD_TOKENS } as const
    const read = enoughOf(await sample(subject, question, readPreference))
    if (!Array.isArray(read)) return read
    return { read: true, value: meanOf(read.map((word) => ({ first: 1, equal: 0.5, second: 0 })[word])) }
  } catch (error) {
    if (!isTooLong(error)) throw error
    return { read: false, why: 'too-long', detail: error.message, raw: undefined }
  }
}

/** @param shares of the samples that prefer the candidate to each anchor */
function ranksOf(
  { settings: { model, prompts } }: Subject,
  { step }: Need,
  shown: Candidate[],
  candidate: Candidate,
  shares: number[],
  place: Place,
): Rank[] {
  const above = shares.filter((share) => share < 0.5).length
  const level = shares.filter((share) => share === 0.5).length
  const below = shares.length - above - level
  const rankOf = (share: number) => {
    if (share < 0.5) return (above + 1) / 2
    return share === 0.5 ? above + 1 + level / 2 : above + level + 1 + (below + 1) / 2
  }
  const anchors = shown.filter((each) => each !== candidate)
  return shown.map((each): Rank => ({
    kind: 'rank',
    passage: each.passage.id,
    stage: 'rank',
    model,
    prompt: prompts.versions.rank.name,
    ...place,
    rank: rankOf(each === candidate ? 0.5 : (shares[anchors.indexOf(each)] as number)),
    ...(step !== undefined && { step }),
  }))
}
