// The policy of percpos: a negative whose score reaches a share of the positives' score is a suspected false negative (the baseline of
// RLHN, arXiv 2505.16967; TopK-PercPos of NV-Retriever, arXiv 2407.15831).
import type { Evidence, Score, Unread } from '../../evidence/evidence.ts'
import { barOf, shareReached, type Bar } from '../../mining/positive-bar.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import {
  carryOut,
  changeFor,
  COMMON_DEFAULTS,
  droppedRow,
  undecidedRow,
  type CommonOptions,
} from '../../policy/changes.ts'
import type { Action, Change, Policy } from '../../policy/policy.ts'

export interface PercposPolicyOptions extends CommonOptions {
  /** For negatives that reach the share. Baseline: remove. */
  action: Action
  /** Share of the positives' score; NV-Retriever: 0.95. Undefined until it is fitted: nothing reaches it. */
  share: number | undefined
  /** Which of several positives sets the bar. */
  bar: Bar
}

export const PERCPOS_POLICY_DEFAULTS: PercposPolicyOptions & { share: number } = {
  ...COMMON_DEFAULTS,
  action: 'remove',
  share: 0.95,
  bar: 'min',
}

export function percposPolicy(options: PercposPolicyOptions = PERCPOS_POLICY_DEFAULTS): Policy {
  return (row, evidence) => {
    const [unread, ...more] = evidence.filter((item): item is Unread => item.kind === 'unread')
    if (unread) return undecidedRow(row, [unread, ...more], options)

    const suspected = standingsIn(row, evidence, options.bar).filter((standing) => reaches(standing, options.share))
    if (suspected.length > 0 && options.action === 'drop-row') {
      return droppedRow(row, suspected.length, 'false negative', reasonOf(suspected[0] as Standing, options))
    }
    const changes = suspected.flatMap((standing) => changeOf(row, standing, options))
    return carryOut(row, evidence, changes, suspected.length, options)
  }
}

/** A negative, its score, and the bar set by the positives. */
export interface Standing {
  passage: Passage
  score: Score
  bar: number
  /** Its score as a share of the bar. */
  reached: number
}

/** Returns the scored negatives of a row; none if no positive was scored. */
export function standingsIn(row: Row, evidence: Evidence[], bar: Bar): Standing[] {
  const scores = new Map(evidence.filter((item) => item.kind === 'score').map((item) => [item.passage, item]))
  const ofPositives = labelled(row, 'positive').flatMap(({ id }) => scores.get(id)?.score ?? [])
  if (ofPositives.length === 0) return []
  const height = barOf(ofPositives, bar)
  return labelled(row, 'negative').flatMap((passage) => {
    const score = scores.get(passage.id)
    return score ? [{ passage, score, bar: height, reached: shareReached(score.score, height) }] : []
  })
}

/** Returns whether a negative is suspected at this share. */
function reaches({ reached }: Standing, share: number | undefined): boolean {
  return share !== undefined && reached >= share
}

function changeOf(row: Row, standing: Standing, options: PercposPolicyOptions): Change[] {
  const { stage, model } = standing.score
  const grounds = { passage: standing.passage.id, stage, model, reason: reasonOf(standing, options) }
  return changeFor(row, grounds, options.action)
}

function reasonOf(
  { score: { score }, bar, reached }: Standing,
  { share = 0, bar: which }: PercposPolicyOptions,
): string {
  const [ofBar, from] = told(reached, share)
  const part = Number.isFinite(reached) ? `${ofBar} of ` : 'not below '
  return `scores ${short(score)}, ${part}the positives' ${short(bar)} (${which}); suspected from ${from}`
}

/** Prints two shares with one decimal, or with as many as it takes to tell them apart. */
function told(one: number, other: number): [string, string] {
  for (let digits = 1; ; digits++) {
    const [first, second] = [one, other].map((share) => `${(100 * share).toFixed(digits)}%`) as [string, string]
    if (first !== second || one === other || digits === MOST_DIGITS) return [first, second]
  }
}

const MOST_DIGITS = 6
const short = (score: number) => String(Number(score.toPrecision(5)))
