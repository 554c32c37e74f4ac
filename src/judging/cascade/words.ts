// A cascade in words, for people: what is promised and what it was measured with, or why nothing can be promised.
import { counted, percent, plural } from '../../base/format.ts'
import type { CascadePlan } from '../../methods/cascade.ts'
import { fewestFlagged, MISSES, mostFirst } from './bar.ts'
import type { CascadeRecord } from './record.ts'

/** Rows that were asked about: those that the judge saw, and those that the gate held back. */
export interface SeenRows {
  sent: number
  heldBack: number
}

/** @param rows undefined before they are asked about */
export function promiseLines({ recall, bar, gate, sample }: CascadeRecord, rows?: SeenRows): string[] {
  const { flagged, missed, measured } = sample
  const drawn = `${plural(flagged, 'row')} of the ${counted(measured)} that were to measure the gate ${flagged === 1 ? 'was' : 'were'} flagged`
  if (bar === null) {
    return [
      `no promise: ${drawn}, and a recall of ${percent(recall)} takes at least ${counted(fewestFlagged(recall))}; every row is sent to the judge`,
    ]
  }
  return [
    `at least ${percent(recall)} of the rows that the judge would flag ${rows ? 'were' : 'will be'} seen, with 95% confidence${rows ? sentWords(rows) : ''}`,
    `${drawn}, ${counted(missed)} of these below the bar; gate: ${gate}${sample.fitted > 0 ? `, from ${plural(sample.fitted, 'other row')}` : ''}`,
  ]
}

function sentWords({ sent, heldBack }: SeenRows): string {
  const all = sent + heldBack
  return (
    `; ${counted(sent)} of ${plural(all, 'row')} were sent (${percent(all === 0 ? 0 : sent / all)}), ` +
    `${counted(heldBack)} not, and these stay as they are`
  )
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
      ? `until ${counted(fewestFlagged(recall, MISSES))} of those that measure the gate are flagged, at most ${counted(most)}`
      : counted(most)
  return (
    `${named}: the judge sees random rows first, ${until}; they say which of the rest it need not see. ` +
    `Fewer than ${fewest} flagged rows allow no promise: it then sees every row`
  )
}
