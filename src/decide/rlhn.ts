// The policy of RLHN: the verdicts of the last stage that ran, each mapped to an action (arXiv 2505.16967, section 3 and its released code).
import {
  decidingStage,
  unreadOf,
  type Evidence,
  type Known,
  type Unjudged,
  type Unread,
  type Verdict,
} from '../methods/evidence.ts'
import { fold, foldedFinder } from '../rows/fold.ts'
import { contentOf, labelled, type Passage, type Row } from '../rows/row.ts'
import type { Action, Change, Decision, Policy } from './policy.ts'

export interface RlhnPolicyOptions {
  /** For a negative that is preferable to the positives (for the judge: or as good as they are). */
  better: Action
  /** For a negative that is relevant, but weaker than the positives. */
  worse: Action
  /** A row of which the policy would relabel or remove more negatives than this is dropped as ambiguous. */
  maxFalseNegatives: number
  /** For negatives that no model was asked about because the row has too many. */
  beyond: 'keep' | 'drop'
  /** For negatives known to be positives of the same query from other rows or from qrels. */
  known: Exclude<Action, 'drop-row'>
  whenNoNegativesLeft: 'drop' | 'keep'
  undecided: 'keep' | 'drop'
}

/** The paper's text, the paper's code, and ours: what is relevant but weaker is neither positive nor negative. */
export const RLHN_PRESETS = {
  'rlhn-text': { better: 'relabel', worse: 'keep', maxFalseNegatives: 7 },
  'rlhn-code': { better: 'relabel', worse: 'relabel', maxFalseNegatives: 8 },
  safe: { better: 'relabel', worse: 'remove', maxFalseNegatives: 7 },
} as const satisfies Record<string, Pick<RlhnPolicyOptions, 'better' | 'worse' | 'maxFalseNegatives'>>

export type RlhnPreset = keyof typeof RLHN_PRESETS

/** What a policy takes on top of a preset when nothing else is said. */
export const RLHN_POLICY_DEFAULTS: RlhnPolicyOptions = {
  ...RLHN_PRESETS.safe,
  beyond: 'keep',
  known: 'remove',
  whenNoNegativesLeft: 'drop',
  undecided: 'keep',
}

export function rlhnPolicy(options: RlhnPolicyOptions = RLHN_POLICY_DEFAULTS): Policy {
  return (row, evidence) => {
    const stage = decidingStage(evidence)
    const [unread] = unreadOf(evidence)
    if (unread) return undecided(row, unread, options)

    const relevant = evidence.filter(
      (item): item is Verdict => item.kind === 'verdict' && item.stage === stage && item.verdict !== 'irrelevant',
    )
    const planned = relevant.map((item) => ({
      ...item,
      action: options[item.verdict === 'better' ? 'better' : 'worse'],
    }))
    const changes = planned.flatMap(({ action, ...item }) => changeFor(row, item, action))
    const decided = new Set(changes.map(({ passage }) => passage.id))
    changes.unshift(...freeChanges(row, evidence, options).filter(({ passage: { id } }) => !decided.has(id)))
    const base = { row, changes: [], falseNegatives: relevant.length }

    const drop = (code: string, text: string): Decision => ({ ...base, outcome: 'dropped', reason: { code, text } })

    const dropper = planned.find(({ action }) => action === 'drop-row')
    if (dropper)
      return drop(
        `holds a ${dropper.verdict} passage`,
        `the passage ${dropper.passage} is ${dropper.verdict}: drop-row`,
      )
    const moved = planned.filter(({ action }) => action !== 'keep').length
    const most = options.maxFalseNegatives
    if (moved > most)
      return drop(
        `ambiguous: more than ${most} false negatives`,
        `${moved} false negatives, more than ${most}: ambiguous`,
      )
    const exempt = evidence.find((item) => item.kind === 'exempt')
    if (changes.length === 0)
      return { ...base, outcome: 'kept', ...(exempt && { reason: { code: 'exempt', text: exempt.reason } }) }

    const after = withChanges(row, changes)
    if (labelled(after.row, 'negative').length === 0 && options.whenNoNegativesLeft === 'drop') {
      return drop('no negatives left', 'no negatives are left')
    }
    return { ...base, ...after, outcome: 'changed' }
  }
}

function undecided(row: Row, { stage, why, detail }: Unread, options: RlhnPolicyOptions): Decision {
  const text = `${stage}: ${why}: ${detail}`
  const base = { row, changes: [], falseNegatives: 0 }
  if (options.undecided === 'keep') return { ...base, outcome: 'undecided', reason: { code: why, text } }
  return { ...base, outcome: 'dropped', reason: { code: 'undecided', text: `undecided: ${text}` } }
}

/** What needs no verdict: copies of positives, known positives, and what was never asked about. */
function freeChanges(row: Row, evidence: Evidence[], options: RlhnPolicyOptions): Change[] {
  const action = (item: Known | Unjudged): Action => {
    if (item.kind === 'unjudged') return options.beyond === 'drop' ? 'remove' : 'keep'
    return item.stage === 'duplicate' ? 'remove' : options.known
  }
  const free = evidence.filter((item) => item.kind === 'known' || item.kind === 'unjudged')
  // What is known of a passage goes before its being beyond the limit.
  const first = new Map(free.toReversed().map((item) => [item.passage, item]))
  return free
    .filter((item) => first.get(item.passage) === item)
    .flatMap((item) =>
      changeFor(
        row,
        { stage: item.kind === 'known' ? item.stage : 'beyond', passage: item.passage, reason: item.reason },
        action(item),
      ),
    )
}

type Grounds = Pick<Verdict, 'passage' | 'stage' | 'reason'> & Partial<Pick<Verdict, 'model' | 'verdict'>>

function changeFor(row: Row, { passage: id, stage, model, verdict, reason = '' }: Grounds, action: Action): Change[] {
  const passage = row.passages.find((candidate) => candidate.id === id)
  if (passage === undefined) throw new Error(`row ${row.id}: evidence about a passage it has not: ${id}`)
  if (action !== 'relabel' && action !== 'remove') return []
  const to = action === 'relabel' ? 'positive' : 'ignored'
  return [{ passage, from: 'negative', to, stage, ...(model && { model }), ...(verdict && { verdict }), reason }]
}

/**
 * Carries changes out. A text never ends up under two labels: further copies of a passage that leaves the negatives
 * leave with it, and what would become a second positive of the same text is taken out instead.
 */
function withChanges(row: Row, planned: Change[]): { row: Row; changes: Change[] } {
  const changes: Change[] = []
  const positives = new Set(labelled(row, 'positive').map((passage) => fold(contentOf(passage))))
  for (const change of planned) {
    const text = fold(contentOf(change.passage))
    const isSecond = change.to === 'positive' && positives.has(text)
    if (isSecond)
      changes.push({ ...change, to: 'ignored', reason: `${change.reason} (a positive has this text already)`.trim() })
    else changes.push(change)
    if (change.to === 'positive') positives.add(text)
  }
  changes.push(...copiesOf(planned, row))
  return { row: relabelled(row, changes), changes }
}

/** Negatives that stay although a passage of the same text leaves. */
function copiesOf(planned: Change[], row: Row): Change[] {
  const moved = new Set(planned.map(({ passage }) => passage.id))
  // What leaves only because nobody was asked about it says nothing about its copies.
  const leaving = planned.filter(({ stage }) => stage !== 'beyond')
  const find = foldedFinder(leaving.map(({ passage }) => contentOf(passage)))
  return labelled(row, 'negative').flatMap((passage): Change[] => {
    const original = moved.has(passage.id) ? undefined : leaving[find(contentOf(passage))]
    if (original === undefined) return []
    return [{ ...original, passage, to: 'ignored', reason: `has the text of the passage ${original.passage.id}` }]
  })
}

/** Positives first: the given ones, then the new ones in row order; then the negatives that stay; then what is ignored. */
function relabelled(row: Row, changes: Change[]): Row {
  const to = new Map(changes.map((change) => [change.passage.id, change.to]))
  const passages = row.passages.map((passage): Passage => {
    const label = to.get(passage.id)
    return label === undefined ? passage : { ...passage, label }
  })
  const order = ['positive', 'negative', 'ignored'] as const
  return { ...row, passages: order.flatMap((label) => passages.filter((passage) => passage.label === label)) }
}
