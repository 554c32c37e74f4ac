// One change for a terminal: the query, what was a positive before, the passage with its marked words, where it went, and why.
import { counted } from '../base/format.ts'
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

/** How much of a text is shown. */
type Shortening = (text: string) => string

/** @param lines the most lines of a text, about; Infinity for texts in full */
export function shortening(lines: number, { width }: PageStyle): Shortening {
  return Number.isFinite(lines) ? (text) => cut(text, lines * (width - widthOf(NAMES.query)) - 4) : oneLine
}

/** Formats what a row was about: its query, and its positives. @param most positives */
export function rowLines(
  { query, positives }: Pick<ShownChange, 'query' | 'positives'>,
  style: PageStyle,
  short: Shortening,
  most = Infinity,
): string[] {
  const { width } = style
  return [
    ...hanging(NAMES.query, short(query), width),
    ...positives.slice(0, most).flatMap(({ text }) => hanging(NAMES.positive, short(text), width).map(style.faint)),
    ...(positives.length > most ? [style.faint(`${NAMES.positive}and ${counted(positives.length - most)} more`)] : []),
  ]
}

/** Formats what became of a passage, and why. @param lines as for `shortening` */
export function moveLines(change: ShownChange, style: PageStyle, lines: number): string[] {
  const { reason } = change
  const { width } = style
  const short = shortening(lines, style)
  return [
    ...withMarks(hanging(NAMES.passage, passageText(change, lines, short), width), style),
    ...hanging(NAMES.move, moveText(change), width),
    ...(reason === '' ? [] : hanging(NAMES.why, short(reason), width)),
  ]
}

/** Returns the passage with its marked words between placeholders; of a long one, the part around them. */
function passageText({ text, mark }: ShownChange, lines: number, short: Shortening): string {
  if (mark === null) return short(text)
  return inContext({ text }, { in: 'text', ...mark }, Number.isFinite(lines) ? undefined : Infinity)
}

/** Returns a move with who decided it: `negative → positive (judge: better)`. */
export function moveText({ from, to, stage, verdict }: Pick<ShownChange, 'from' | 'to' | 'stage' | 'verdict'>): string {
  const said = verdict === null ? stage : `${stage}: ${verdict}`
  return `${from ?? 'new'} → ${to === 'ignored' ? 'removed' : to}  (${said})`
}
