// Shows the words behind a verdict in their place in the passage.
import type { Snippet } from '../evidence/evidence.ts'
import { oneLine } from '../base/text.ts'
import type { PageStyle } from './page.ts'

/** Characters shown on either side, cut at a space. */
const AROUND = 80
/** Placeholders for the ends of the marked words while lines are broken; each takes one column, as « and » do. */
const [OPEN, CLOSE] = ['\ue000', '\ue001']

/** Returns the words with some text around them, on one line, between placeholders that `withMarks` replaces. @param around characters on either side */
export function inContext(
  { title, text }: { title?: string; text: string },
  { in: where, start, end }: Snippet,
  around = AROUND,
): string {
  const characters = [...(where === 'title' ? (title ?? '') : text).replaceAll(/[\ue000\ue001]/g, ' ')]
  const piece = (from: number, to?: number) => characters.slice(from, to).join('')
  const [before, after] = [piece(Math.max(0, start - around), start), piece(end, end + around)]
  const head = start > around ? `…${before.replace(/^\S*\s+/, '')}` : before
  const tail = end + around < characters.length ? `${after.replace(/\s+\S*$/, '')}…` : after
  return oneLine(`${head}${OPEN}${piece(start, end)}${CLOSE}${tail}`)
}

/** Replaces the placeholders in lines by a style; a mark that crosses a line end starts again on the next line. */
export function withMarks(lines: string[], { marked }: PageStyle): string[] {
  const [opening = '', closing = ''] = marked('\u0000').split('\u0000')
  const isStyled = opening.includes('\u001b')
  let isOpen = false
  return lines.map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? ''
    const resumed = isOpen && isStyled ? `${indent}${opening}${line.slice(indent.length)}` : line
    isOpen = line.lastIndexOf(OPEN) > line.lastIndexOf(CLOSE) || (isOpen && !line.includes(CLOSE))
    const shown = resumed.replaceAll(OPEN, opening).replaceAll(CLOSE, closing)
    return isOpen && isStyled ? `${shown}${closing}` : shown
  })
}
