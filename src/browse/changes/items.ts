// What is shown of each line of the lists beside an output: together with its row, as it was before the run.
import { shownChange, type ShownChange } from '../../job/changes/shown-change.ts'
import type { ListedChange } from '../../job/changes/listed-change.ts'
import { contentOf, labelled, type Row } from '../../rows/row.ts'
import type { ItemKind, ListedItem } from './lists.ts'

interface RowItem {
  line: number
  /** Row id. */
  row: string
  dataset: string | null
  query: string
  positives: { id: string; text: string }[]
  /** A sentence. */
  reason: string
}

export interface ChangedPassage extends ShownChange {
  kind: Extract<ItemKind, 'relabelled' | 'removed' | 'added'>
}

interface DroppedRow extends RowItem {
  kind: 'dropped'
  /** How many negatives it had. */
  negatives: number
}

interface UndecidedRow extends RowItem {
  kind: 'undecided'
  /** The calls that could not be read. */
  calls: { stage: string; model: string; why: string; detail: string }[]
}

interface SuspectRow extends RowItem {
  kind: 'suspect'
  /** The negatives that a judge prefers to the positives. */
  preferred: { passage: string; stage: string; reason?: string; text: string }[]
}

export type ShownItem = ChangedPassage | DroppedRow | UndecidedRow | SuspectRow

/** @param row the row before the run; undefined if it cannot be read any more, which leaves out what only it holds */
export function shownItem({ kind, line, record }: ListedItem, row: Row | undefined): ShownItem {
  switch (kind) {
    case 'dropped':
      return { kind, ...rowItem(line, record, row), negatives: row ? labelled(row, 'negative').length : 0 }
    case 'undecided':
      return { kind, ...rowItem(line, record, row), calls: record['calls'] as UndecidedRow['calls'] }
    case 'suspect':
      return { kind, ...rowItem(line, record, row), preferred: record['preferred'] as SuspectRow['preferred'] }
    default: {
      const change = record as unknown as ListedChange
      const shown = row ? shownChange(change, row) : { ...change, dataset: null, positives: [], mark: null }
      return { kind, ...shown }
    }
  }
}

function rowItem(line: number, record: Record<string, unknown>, row: Row | undefined): RowItem {
  return {
    line,
    row: String(record['row']),
    dataset: row?.dataset ?? null,
    query: row?.query ?? String(record['query'] ?? ''),
    positives: row ? labelled(row, 'positive').map((each) => ({ id: each.id, text: contentOf(each) })) : [],
    reason: String(record['reason'] ?? ''),
  }
}
