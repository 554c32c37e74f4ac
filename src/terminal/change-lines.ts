// One change for a terminal: the query, what was a positive before, the passage with its marked words, where it went, and why.
import { cut, oneLine, widthOf } from '../base/text.ts'
import type { ShownChange } from '../job/changes/shown-change.ts'
import { hanging, type PageStyle } from './page.ts'
import { inContext, withMarks } from './snippet.ts'

const NAMES = {
  query: '  query     ',
  positive: '  positive  ',
  passage: '  passage   ',
  move: '  change    ',
  why: '  why       ',
}

/** @param lines the most lines of a text, about; Infinity for texts in full */
export function changeLines(change: ShownChange, style: PageStyle, lines: number): string[] {
  const { query, positives, reason } = change
  const { width } = style
  const room = lines * (width - widthOf(NAMES.query)) - 4
  const short = (text: string) => (Number.isFinite(lines) ? cut(text, room) : oneLine(text))
  const [positive] = positives
  return [
    ...hanging(NAMES.query, short(query), width),
    ...(positive === undefined ? [] : hanging(NAMES.positive, short(positive.text), width).map(style.faint)),
    ...withMarks(hanging(NAMES.passage, passageText(change, lines, short), width), style),
    ...hanging(NAMES.move, moveText(change), width),
    ...(reason === '' ? [] : hanging(NAMES.why, short(reason), width)),
  ]
}

/** Returns the passage with its marked words between placeholders; of a long one, the part around them. */
function passageText({ text, mark }: ShownChange, lines: number, short: (text: string) => string): string {
  if (mark === null) return short(text)
  return inContext({ text }, { in: 'text', ...mark }, Number.isFinite(lines) ? undefined : Infinity)
}

/** Returns a move with who decided it: `negative → positive (judge: better)`. */
export function moveText({ from, to, stage, verdict }: Pick<ShownChange, 'from' | 'to' | 'stage' | 'verdict'>): string {
  const said = verdict === null ? stage : `${stage}: ${verdict}`
  return `${from ?? 'new'} → ${to === 'ignored' ? 'removed' : to}  (${said})`
}
