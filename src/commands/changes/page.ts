// The changes of a run for a terminal.
import { counted } from '../../base/format.ts'
import { cut, oneLine, widthOf } from '../../base/text.ts'
import type { ChangesReport } from '../../browse/changes/changes.ts'
import type { ChangedPassage, ShownItem } from '../../browse/changes/items.ts'
import { changeLines } from '../../terminal/change-lines.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import { countsText, nameOf } from './words.ts'

const LINES_OF_TEXT = 4

export function changesPage(report: ChangesReport, style: PageStyle, isFull: boolean): string[] {
  const { items } = report
  const guessed = items.some((item) => 'mark' in item && item.mark?.by === 'likeness')
  return [
    style.heading(countsText(report)),
    ...(guessed ? ['marked: the sentence most like the positive'] : []),
    ...items.flatMap((item) => ['', ...itemLines(item, style, isFull ? Infinity : LINES_OF_TEXT)]),
    ...nextLines(report),
  ]
}

function itemLines(item: ShownItem, style: PageStyle, lines: number): string[] {
  const head = hanging('', nameOf(item), style.width).map(style.heading)
  return [
    ...head,
    ...('stage' in item ? changeLines(item as ChangedPassage, style, lines) : rowLines(item, style, lines)),
  ]
}

function rowLines(item: Exclude<ShownItem, ChangedPassage>, style: PageStyle, lines: number): string[] {
  const { width } = style
  const line = (name: string, text: string) => {
    const mark = `  ${name.padEnd(9)} `
    const room = lines * (width - widthOf(mark)) - 4
    return hanging(mark, Number.isFinite(lines) ? cut(text, room) : oneLine(text), width)
  }
  return [
    ...line('query', item.query),
    ...item.positives.flatMap(({ text }) => line('positive', text).map(style.faint)),
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
  const explain = one && oneLine(one.row) === one.row ? `; winnow explain ${output} ${one.row} shows one row whole` : ''
  return ['', `${counted(all - items.length)} more: --limit ${all} shows all, --sample 20 some at random${explain}`]
}
