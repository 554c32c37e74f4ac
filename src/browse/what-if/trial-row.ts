// A row as another policy needs it to decide anew: its passages without their texts, and the evidence without its words. It is stored in
// the index, so that a trial reads no rows and no ledger.
import type { Evidence } from '../../evidence/evidence.ts'
import { fold } from '../../likeness/fold.ts'
import { contentOf, type Label, type Passage, type Row } from '../../rows/row.ts'

/** What a policy decides upon. */
export interface TrialRow {
  row: Row
  evidence: Evidence[]
}

type StoredPassage = [id: string, label: Label, text: number]

/** A row of which a policy only asks whether two texts are the same. */
interface Compact {
  id: string
  passages: StoredPassage[]
  evidence: Evidence[]
}

/** @param readsTexts whether the policy compares texts with passages that a model wrote */
export function storedTrial({ row, evidence }: TrialRow, readsTexts: boolean): string {
  if (readsTexts) return JSON.stringify({ row: withoutExtra(row), evidence })
  const stored: Compact = { id: row.id, passages: withoutTexts(row.passages), evidence: evidence.map(withoutWords) }
  return JSON.stringify(stored)
}

export function trialIn(stored: string): TrialRow {
  const value = JSON.parse(stored) as TrialRow | Compact
  if ('row' in value) return value
  const passages = value.passages.map(([id, label, text]): Passage => ({ id, label, text: `${text}`, origin: 'given' }))
  return { row: { id: value.id, query: '', passages }, evidence: value.evidence }
}

function withoutExtra({ id, query, passages }: Row): Row {
  return { id, query, passages }
}

/** Replaces texts by numbers; those that count as the same get the same. */
function withoutTexts(passages: readonly Passage[]): StoredPassage[] {
  const numbers = new Map<string, number>()
  return passages.map((passage) => {
    const text = fold(contentOf(passage))
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return [passage.id, passage.label, number]
  })
}

/** Leaves out what only people read. */
function withoutWords(item: Evidence): Evidence {
  if (item.kind !== 'verdict') return item
  const { reason: _reason, snippet: _snippet, ...rest } = item
  return rest
}
