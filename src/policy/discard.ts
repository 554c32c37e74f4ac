// Removes passages that were added to a row, for a reason found after its policy.
import type { Decision, DiscardedPassage } from './policy.ts'
import type { Row } from '../rows/row.ts'

/** The code of a passage discarded for its hardness. */
export const TOO_EASY = 'too-easy'

/** Says why none of the passages written for a row was added. */
export function noneAccepted(discarded: readonly Pick<DiscardedPassage, 'code'>[]): NonNullable<Decision['reason']> {
  const list = [...Map.groupBy(discarded, ({ code }) => code)].map(([code, all]) => `${all.length} ${code}`).join(', ')
  return { code: 'none-accepted', text: `none of ${discarded.length} passages was accepted: ${list}` }
}

/** @param easy passages of `decision.added`, each with the reason to remove it */
export function withoutAdded(row: Row, decision: Decision, easy: readonly DiscardedPassage[]): Decision {
  if (easy.length === 0) return decision
  const gone = new Set(easy.map(({ passage }) => passage.id))
  const added = (decision.added ?? []).filter(({ id }) => !gone.has(id))
  const discarded = [...(decision.discarded ?? []), ...easy]
  const isAsItWas = added.length === 0 && decision.changes.length === 0
  const { added: _added, ...rest } = decision
  if (isAsItWas) return { ...rest, outcome: 'kept', row, discarded, reason: noneAccepted(discarded) }
  const passages = decision.row.passages.filter(({ id }) => !gone.has(id))
  return { ...rest, row: { ...decision.row, passages }, ...(added.length > 0 && { added }), discarded }
}
