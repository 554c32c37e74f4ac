// What the changes of a run are called in every form of the list.
import { counted, plural } from '../../base/format.ts'
import { oneLine } from '../../base/text.ts'
import type { ChangesReport } from '../../browse/changes/changes.ts'
import type { ShownItem } from '../../browse/changes/items.ts'
import { KINDS, type ItemKind } from '../../browse/changes/lists.ts'

const SAID: Record<ItemKind, (count: number) => string> = {
  relabelled: (count) => `${counted(count)} became ${count === 1 ? 'a positive' : 'positives'}`,
  removed: (count) => `${counted(count)} removed`,
  added: (count) => `${counted(count)} added`,
  dropped: (count) => `${plural(count, 'row')} dropped`,
  undecided: (count) => `${plural(count, 'row')} with unreadable replies`,
  suspect: (count) => `${plural(count, 'row')} with suspect positives`,
}

/** Says what there is, and how much of it is shown. */
export function countsText({ output, counts, items }: ChangesReport): string {
  const parts = KINDS.flatMap((kind) => (counts[kind] === undefined ? [] : [SAID[kind](counts[kind])]))
  if (parts.length === 0) return `${output}: nothing that fits`
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const shown = items.length < all ? `; ${counted(items.length)} shown` : ''
  return `${output}: ${parts.join(', ')}${shown}`
}

const HEADS: Record<ItemKind, string> = {
  relabelled: 'negative → positive',
  removed: 'removed',
  added: 'added',
  dropped: 'row dropped',
  undecided: 'undecided',
  suspect: 'suspect positive',
}

/** Names the row of an item: `q-17 (line 12, cooking)`. */
export function rowName({ row, line, dataset }: Pick<ShownItem, 'row' | 'line' | 'dataset'>): string {
  const place = [`line ${counted(line)}`, ...(dataset === null ? [] : [oneLine(dataset)])].join(', ')
  return `${oneLine(row)} (${place})`
}

/** Names an item by what happened, and its row. */
export const nameOf = (item: ShownItem) => `${HEADS[item.kind]}  ${rowName(item)}`
