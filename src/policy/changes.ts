// Label changes for every policy: how a change is planned and carried out, and its consequences.
import {
  isHeldBack,
  type Known,
  type Unjudged,
  type Unread,
  type Verdict,
  type Evidence,
} from '../evidence/evidence.ts'
import { fold, foldedFinder } from '../likeness/fold.ts'
import { contentOf, labelled, passageOf, type Passage, type Row } from '../rows/row.ts'
import type { Action, Change, Decision } from './policy.ts'

/** Options of every policy. */
export interface CommonOptions {
  /** For negatives that no model was asked about because the row has too many. */
  beyond: 'keep' | 'drop'
  /** For negatives known from other rows or from qrels to be positives of the same query. */
  known: Exclude<Action, 'drop-row'>
  whenNoNegativesLeft: 'drop' | 'keep' | 'refill'
  /** Number of negatives to refill a row with; undefined means as many as it had. */
  refillNegatives?: number | undefined
  undecided: 'keep' | 'drop'
}

export const COMMON_DEFAULTS: CommonOptions = {
  beyond: 'keep',
  known: 'remove',
  whenNoNegativesLeft: 'drop',
  undecided: 'keep',
}

/** Decides a row with unreadable calls: it stays as it is or is dropped. */
export function undecidedRow(row: Row, unread: [Unread, ...Unread[]], options: CommonOptions): Decision {
  const [{ stage, why, detail }] = unread
  const text = `${stage}: ${why}: ${detail}`
  const base = { row, changes: [], falseNegatives: 0, unread }
  if (options.undecided === 'keep') return { ...base, outcome: 'undecided', reason: { code: why, text } }
  return { ...base, outcome: 'dropped', reason: { code: 'undecided', text: `undecided: ${text}` } }
}

/** Drops a row for a reason: `code` is stable, `text` is for a person. */
export function droppedRow(row: Row, falseNegatives: number, code: string, text: string): Decision {
  return { row, changes: [], falseNegatives, unread: [], outcome: 'dropped', reason: { code, text } }
}

/**
 * Carries out the changes that the verdicts ask for and those that need no verdict: copies of
 * positives, and positives known from elsewhere.
 * @param planned changes based on verdicts
 * @param falseNegatives number of negatives found relevant, whatever is planned for them
 */
export function carryOut(
  row: Row,
  evidence: Evidence[],
  planned: Change[],
  falseNegatives: number,
  options: CommonOptions,
): Decision {
  const decided = new Set(planned.map(({ passage }) => passage.id))
  const free = freeChanges(row, evidence, options).filter(({ passage: { id } }) => !decided.has(id))
  const changes = [...free, ...planned]
  const base = { row, changes: [], falseNegatives, unread: [] }
  const exempt = evidence.find((item) => item.kind === 'exempt')
  if (changes.length === 0)
    return { ...base, outcome: 'kept', ...(exempt && { reason: { code: 'exempt', text: exempt.reason } }) }

  const after = withChanges(row, changes)
  if (labelled(after.row, 'negative').length > 0 || options.whenNoNegativesLeft === 'keep') {
    return { ...base, ...after, outcome: 'changed' }
  }
  if (options.whenNoNegativesLeft === 'drop') return withoutNegatives(row, falseNegatives)
  const wanted = options.refillNegatives ?? labelled(row, 'negative').length
  return { ...base, ...after, outcome: 'changed', wanted }
}

function withoutNegatives(row: Row, falseNegatives: number, more = ''): Decision {
  return droppedRow(row, falseNegatives, 'no negatives left', `no negatives are left${more}`)
}

/**
 * Adds mined negatives to a row that needs them; drops the row if none were mined.
 * @param isBlind whether mining was impossible because a positive is not in the corpus and has no score there
 */
export function refilled(row: Row, decision: Decision, mined: Passage[], isBlind: boolean): Decision {
  const { falseNegatives, unread } = decision
  if (mined.length === 0 && isBlind) {
    const why = 'no negatives are left, and none could be mined by a share: a positive is not in the corpus'
    return { ...droppedRow(row, falseNegatives, 'positive not in the corpus', why), unread }
  }
  if (mined.length === 0) return { ...withoutNegatives(row, falseNegatives, ', and none could be mined'), unread }
  const passages = [...labelled(decision.row, 'positive'), ...mined, ...labelled(decision.row, 'ignored')]
  return { ...decision, row: { ...decision.row, passages }, added: mined }
}

/** Returns the changes that need no verdict: copies of positives, known positives, and negatives that no model was asked about. */
function freeChanges(row: Row, evidence: Evidence[], options: CommonOptions): Change[] {
  const action = (item: Known | Unjudged): Action => {
    if (item.kind === 'unjudged') return options.beyond === 'drop' && !isHeldBack(item) ? 'remove' : 'keep'
    return item.stage === 'duplicate' ? 'remove' : options.known
  }
  const free = evidence.filter((item) => item.kind === 'known' || item.kind === 'unjudged')
  // If a passage is both known and beyond the limit, the knowledge takes precedence.
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

type Grounds = Pick<Verdict, 'passage' | 'stage' | 'reason'> & Partial<Pick<Verdict, 'model' | 'verdict' | 'snippet'>>

/** Turns an action on one negative into one change or none. */
export function changeFor(row: Row, grounds: Grounds, action: Action): Change[] {
  const { passage: id, stage, model, verdict, snippet, reason = '' } = grounds
  const passage = passageOf(row, id)
  if (passage === undefined) throw new Error(`row ${row.id}: evidence for a passage it does not have: ${id}`)
  if (action !== 'relabel' && action !== 'remove') return []
  const to = action === 'relabel' ? 'positive' : 'ignored'
  const known = { ...(model && { model }), ...(verdict && { verdict }), ...(snippet && { snippet }) }
  return [{ passage, from: 'negative', to, stage, ...known, reason }]
}

/**
 * Carries the changes out. A text never ends up under two labels: other copies of a passage that leaves the negatives leave with it, and a
 * would-be second positive of the same text is removed instead.
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
  const all = [...changes, ...copiesOf(planned, row)]
  return { row: relabelled(row, all), changes: all }
}

/** Finds negatives that would stay although a passage of the same text leaves. */
function copiesOf(planned: Change[], row: Row): Change[] {
  const moved = new Set(planned.map(({ passage }) => passage.id))
  // A passage that leaves only because no model was asked about it says nothing about its copies.
  const leaving = planned.filter(({ stage }) => stage !== 'beyond')
  const find = foldedFinder(leaving.map(({ passage }) => contentOf(passage)))
  return labelled(row, 'negative').flatMap((passage): Change[] => {
    const original = moved.has(passage.id) ? undefined : leaving[find(contentOf(passage))]
    if (original === undefined) return []
    return [{ ...original, passage, to: 'ignored', reason: `has the text of the passage ${original.passage.id}` }]
  })
}

/** Orders the passages: the given positives, the new ones in row order, the remaining negatives, then the ignored ones. */
function relabelled(row: Row, changes: Change[]): Row {
  const to = new Map(changes.map((change) => [change.passage.id, change.to]))
  const passages = row.passages.map((passage): Passage => {
    const label = to.get(passage.id)
    return label === undefined ? passage : { ...passage, label }
  })
  const order = ['positive', 'negative', 'ignored'] as const
  return { ...row, passages: order.flatMap((label) => passages.filter((passage) => passage.label === label)) }
}
