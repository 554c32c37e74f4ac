// Helps a program to write a policy of its own: turns actions on the passages of a row into a decision about it.
import { unreadOf, type Evidence, type Verdict } from '../evidence/evidence.ts'
import { labelled, type Row } from '../rows/row.ts'
import { carryOut, changeFor, COMMON_DEFAULTS, droppedRow, undecidedRow, type CommonOptions } from './changes.ts'
import type { Action, Decision } from './policy.ts'

/** The action for a negative that was found relevant, and its source; for example a verdict with an action. */
type PassageAction = Pick<Verdict, 'passage' | 'stage'> & Partial<Verdict> & { action: Action }

/**
 * Carries out actions as the policies of Winnow's methods do: a row with an unreadable call stays as it is; copies and known positives are
 * removed; a row without remaining negatives is dropped.
 * @param all an action for each negative that was found relevant, including those that are kept; if there are several, the first counts
 * @throws Error for an action on a passage that is not a negative of the row
 */
export function decideRow(
  row: Row,
  evidence: Evidence[],
  all: readonly PassageAction[],
  options: Partial<CommonOptions> = {},
): Decision {
  const common = { ...COMMON_DEFAULTS, ...options }
  const seen = new Set<string>()
  const actions = all.filter(({ passage }) => !seen.has(passage) && seen.add(passage))
  const [unread, ...more] = unreadOf(evidence)
  if (unread) return undecidedRow(row, [unread, ...more], common)
  const negatives = new Set(labelled(row, 'negative').map(({ id }) => id))
  const strange = actions.find(({ passage }) => !negatives.has(passage))
  if (strange) throw new Error(`row ${row.id}: action on ${strange.passage}, which is not a negative of the row`)
  const dropper = actions.find(({ action }) => action === 'drop-row')
  if (dropper) {
    const { passage, reason = 'drop-row' } = dropper
    return droppedRow(row, actions.length, 'dropped by its policy', `the passage ${passage}: ${reason}`)
  }
  const changes = actions.flatMap(({ action, ...grounds }) => changeFor(row, grounds, action))
  return carryOut(row, evidence, changes, actions.length, common)
}
