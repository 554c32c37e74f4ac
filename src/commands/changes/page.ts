// The changes of a run for a terminal, row by row.
import { counted } from '../../base/format.ts'
import { oneLine, widthOf } from '../../base/text.ts'
import type { ChangesReport } from '../../browse/changes/changes.ts'
import type { ChangedPassage, ShownItem } from '../../browse/changes/items.ts'
import { moveLines, rowLines, shortening } from '../../terminal/change-lines.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import { countsText, rowName } from './words.ts'

const LINES_OF_TEXT = 4
/** The most positives of a row that are shown. */
const POSITIVES = 3

export function changesPage(report: ChangesReport, style: PageStyle, isFull: boolean): string[] {
  const { items } = report
  const lines = isFull ? Infinity : LINES_OF_TEXT
  const guessed = items.some((item) => 'mark' in item && item.mark?.by === 'likeness')
  const rows = [...Map.groupBy(items, ({ line }) => line).values()]
  return [
    style.heading(countsText(report)),
    ...(guessed ? ['marked: the sentence most like the reason and the positive'] : []),
    ...rows.flatMap((some) => ['', ...rowPage(some as [ShownItem, ...ShownItem[]], style, lines)]),
    ...nextLines(report),
  ]
}

/** Shows what happened in one row below its query and positives. */
function rowPage(items: readonly [ShownItem, ...ShownItem[]], style: PageStyle, lines: number): string[] {
  const [first] = items
  return [
    ...hanging('', rowName(first), style.width).map(style.heading),
    ...rowLines(first, style, shortening(lines, style), Number.isFinite(lines) ? POSITIVES : Infinity),
    ...items.flatMap((item, at) => [
      ...(at === 0 ? [] : ['']),
      ...(isChange(item) ? moveLines(item, style, lines) : otherLines(item, style, lines)),
    ]),
  ]
}

const isChange = (item: ShownItem): item is ChangedPassage => 'stage' in item

const SAID = { dropped: 'the row is dropped', undecided: 'undecided', suspect: 'its positives may be wrong' }

function otherLines(item: Exclude<ShownItem, ChangedPassage>, style: PageStyle, lines: number): string[] {
  const short = shortening(lines, style)
  const line = (name: string, text: string) => {
    const mark = `  ${name.padEnd(9)} `
    return hanging(mark, short(text), Math.max(style.width, widthOf(mark) + 1))
  }
  return [
    ...line('outcome', SAID[item.kind]),
    ...(item.kind === 'suspect' ? item.preferred.flatMap(({ text }) => line('preferred', text)) : []),
    ...line('why', item.reason),
    ...(item.kind === 'undecided'
      ? item.calls.flatMap(({ stage, model, why, detail }) => line('call', `${stage} by ${model}: ${why}: ${detail}`))
      : []),
  ]
}

function nextLines({ items, counts, output }: ChangesReport): string[] {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  if (items.length >= all) return []
  const [one] = items
  const explain =
    one && oneLine(one.row) === one.row ? `; winnow explain ${output} line:${one.line} shows one row whole` : ''
  return ['', `${counted(all - items.length)} more: --limit ${all} shows all, --sample 20 some at random${explain}`]
}
