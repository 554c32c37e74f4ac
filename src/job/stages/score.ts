// The stage that scores the passages of the rows to be written: all passages of a row, or none.
import type { Evidence } from '../../evidence/evidence.ts'
import type { Figures } from '../../method/definition.ts'
import type { PassageScores } from '../../method/scale.ts'
import { droppedRow } from '../../policy/changes.ts'
import type { DecidedRow, RowScores } from '../../policy/decided.ts'
import { isUndecided } from '../../policy/policy.ts'
import type { Job } from '../job.ts'
import { inOrder, nothing, type RowStage } from './stage.ts'

/** @param surveyed what the survey found, if the method has one */
export function scoreBy({ scoring, deciding }: Pick<Job, 'scoring' | 'deciding'>, surveyed?: Figures): RowStage {
  if (scoring === undefined) return nothing
  const { scale, unscored } = scoring
  const scoresOf = scale.scorer(deciding.options, surveyed)
  return inOrder((decided) => {
    if (decided.decision.outcome === 'dropped') return decided
    const scores = rowScores(decided, scoresOf(decided.entry.row, decided.evidence))
    if (unscored === 'drop' && 'missing' in scores) return withoutScores(decided, scores.missing)
    return { ...decided, scores }
  })
}

function rowScores({ decision, evidence }: DecidedRow, scores: PassageScores): RowScores {
  if (isUndecided(decision)) return { missing: 'undecided' }
  const { row, added = [] } = decision
  const left = row.passages.find(({ id, label }) => label !== 'ignored' && !scores.has(id))
  if (left === undefined) return { scores }
  return { missing: added.some(({ id }) => id === left.id) ? 'mined passages' : whyMissing(left.id, evidence) }
}

function whyMissing(passage: string, evidence: Evidence[]): string {
  if (evidence.some(({ kind }) => kind === 'exempt')) return 'exempt'
  const isUnread = evidence.some((item) => item.kind === 'unread' && item.passages.includes(passage))
  if (isUnread) return 'unreadable replies'
  const isAsked = evidence.some(
    (item) =>
      item.kind !== 'unjudged' &&
      item.kind !== 'known' &&
      item.kind !== 'human' &&
      'passage' in item &&
      item.passage === passage,
  )
  return isAsked ? 'passages that were not ranked' : 'passages that were not asked about'
}

/** Drops a row for want of scores; an undecided one stays undecided, so that the run says so. */
function withoutScores(decided: DecidedRow, missing: string): DecidedRow {
  const { decision, entry } = decided
  const code = isUndecided(decision) ? 'undecided' : 'no scores'
  const { unread, falseNegatives } = decision
  return { ...decided, decision: { ...droppedRow(entry.row, falseNegatives, code, `no scores: ${missing}`), unread } }
}
