// Checks the decision of a policy that Winnow did not write: no passage may be lost, relabelled or rewritten without a change that says so.
import type { Decision } from '../../policy/policy.ts'
import type { Row } from '../../rows/row.ts'

const OUTCOMES: ReadonlySet<unknown> = new Set<Decision['outcome']>(['kept', 'changed', 'dropped', 'undecided'])

/** Returns what is wrong with a decision about a row, undefined if nothing is. */
export function faultOf(row: Row, decision: Partial<Decision> | undefined): string | undefined {
  if (!OUTCOMES.has(decision?.outcome)) return `allowed outcomes: ${[...OUTCOMES].join(', ')}`
  const { row: after, changes, unread, falseNegatives, outcome, reason, added = [] } = decision as Partial<Decision>
  if (after === undefined || !Array.isArray(changes) || !Array.isArray(unread) || typeof falseNegatives !== 'number')
    return 'it needs row, changes, unread and falseNegatives'
  if (outcome === 'dropped') return reason === undefined ? 'a dropped row needs a reason' : undefined
  if (after.id !== row.id || after.query !== row.query) return 'its row is another one'
  return lostIn(row, after, changes) ?? addedTo(row, after, added)
}

function lostIn({ passages }: Row, after: Row, changes: Decision['changes']): string | undefined {
  const kept = new Map(after.passages.map((passage) => [passage.id, passage]))
  const changed = new Map(changes.map(({ passage, to }) => [passage.id, to]))
  for (const { id, label, text } of passages) {
    const now = kept.get(id)
    if (now !== undefined && now.text !== text) return `the text of passage ${id} is another`
    const [is, said] = [now?.label ?? 'ignored', changed.get(id) ?? label]
    if (is !== said) return `passage ${id} is ${is} in its row and ${said} by its changes`
  }
  return undefined
}

function addedTo({ passages }: Row, after: Row, added: NonNullable<Decision['added']>): string | undefined {
  const known = new Set([...passages, ...added].map(({ id }) => id))
  const strange = after.passages.find(({ id }) => !known.has(id))
  return strange && `passage ${strange.id} is in its row and not in added`
}
