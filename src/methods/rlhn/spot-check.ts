// Spot checks: rows that the screen cleared and the judge saw anyway, and how many of them the screen had missed.
import { counted, percent, plural } from '../../base/format.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { wilson, type Interval } from '../../statistics/intervals.ts'
import type { DecidedRow } from '../../policy/decided.ts'

export interface SpotCheck {
  checked: number
  missed: number
  unread: number
  missRate: number
  interval95: Interval
}

export class SpotCheckCount {
  #checked = 0
  #missed = 0
  #unread = 0

  add({ evidence }: DecidedRow): void {
    const found = spotCheckIn(evidence)
    if (found === undefined) return
    if (found === 'unread') this.#unread += 1
    else this.#checked += 1
    if (found === 'missed') this.#missed += 1
  }

  /** Null where nothing was checked. */
  get found(): SpotCheck | null {
    const [checked, missed, unread] = [this.#checked, this.#missed, this.#unread]
    if (checked + unread === 0) return null
    const missRate = checked === 0 ? 0 : missed / checked
    return { checked, missed, unread, missRate, interval95: wilson(missed, checked) }
  }
}

/** Returns whether the judge checked a row that the screen had cleared, and what it found. */
function spotCheckIn(evidence: Evidence[]): 'missed' | 'agreed' | 'unread' | undefined {
  const judged = evidence.filter((item) => 'stage' in item && item.stage === 'judge')
  if (judged.length === 0) return undefined
  const screened = evidence.filter((item) => 'stage' in item && item.stage === 'screen')
  const isCleared =
    screened.length > 0 && screened.every((item) => item.kind === 'verdict' && item.verdict === 'irrelevant')
  if (!isCleared) return undefined
  if (judged.some((item) => item.kind === 'unread')) return 'unread'
  return judged.some((item) => item.kind === 'verdict' && item.verdict !== 'irrelevant') ? 'missed' : 'agreed'
}

export function spotCheckLines(spotCheck: SpotCheck | null): string[] {
  if (spotCheck === null) return []
  const { checked, missed, unread, missRate, interval95 } = spotCheck
  return [
    `spot check: the judge found false negatives in ${counted(missed)} of ${plural(checked, 'row')} cleared by the screen: ` +
      `miss rate ${percent(missRate)}, 95% interval ${percent(interval95.low)} to ${percent(interval95.high)}` +
      (unread > 0 ? `; ${counted(unread)} unreadable` : ''),
  ]
}
