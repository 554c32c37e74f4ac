// A cascade in words, for people: what is promised and what it was measured with, or why nothing can be promised.
import { counted, percent, plural } from '../../base/format.ts'
import type { CascadePlan } from '../../method/cascade.ts'
import { fewestFlagged, MISSES, mostFirst } from './bar.ts'
import type { CascadeRecord } from './record.ts'

/** Rows that were asked about: those that the judge saw, and those that the gate held back. */
export interface SeenRows {
  sent: number
  heldBack: number
}

/** @param rows undefined before they are asked about */
export function promiseLines({ recall, bar, gate, sample }: CascadeRecord, rows?: SeenRows): string[] {
  const { flagged, missed, measured, fitted } = sample
  const share = `${Number((100 * recall).toFixed(1))}%`
  if (bar === null) {
    return [
      `no promise: of ${plural(measured, 'row')} that were judged first to measure the gate, ${counted(flagged)} ` +
        `${flagged === 1 ? 'was' : 'were'} flagged, and a recall of ${share} takes at least ${counted(fewestFlagged(recall))}; every row is sent to the judge`,
    ]
  }
  return [
    `at least ${share} of the rows that the judge would flag ${rows ? 'were' : 'will be'} seen, with 95% confidence${rows ? sentWords(rows) : ''}`,
    `measured on ${plural(measured, 'row')} judged first, ${counted(flagged)} of them flagged, ${counted(missed)} of these below the bar; ` +
      `gate: ${gate}${fitted > 0 ? `, fitted to ${plural(fitted, 'other row')}` : ''}`,
  ]
}

function sentWords({ sent, heldBack }: SeenRows): string {
  const all = sent + heldBack
  return `; ${counted(sent)} of ${plural(all, 'row')} were sent (${percent(all === 0 ? 0 : sent / all)}), ${counted(heldBack)} were not judged`
}

type Asked = Pick<CascadePlan, 'recall' | 'rows'>

/** Whether a file is so small that nothing can be promised, whatever its judge flags. */
export const isTooSmall = ({ recall, rows: first }: Asked, rows: number): boolean =>
  mostFirst(first, rows) < fewestFlagged(recall)

/** What a dry run can say. */
export function forecastLine(plan: Asked, rows: number): string {
  const { recall, rows: first } = plan
  const [most, fewest] = [mostFirst(first, rows), counted(fewestFlagged(recall))]
  const named = `--recall ${recall}`
  if (isTooSmall(plan, rows)) {
    return `${named}: a promise takes at least ${fewest} flagged rows among those judged first, here ${counted(most)}: the judge will see every row`
  }
  const until =
    first === undefined
      ? `until ${counted(fewestFlagged(recall, MISSES.least))} of those that measure the gate are flagged, at most ${counted(most)}; in a large file more`
      : counted(most)
  return (
    `${named}: the judge sees random rows first, ${until}; they say which of the rest it need not see. ` +
    `Fewer than ${fewest} flagged rows allow no promise: it then sees every row`
  )
}
