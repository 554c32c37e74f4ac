// Shows that a run goes on, also while no row is done: on a terminal the line moves, elsewhere one is printed now and then.
import type { ProgressLine } from './live-line.ts'
import type { RowLine } from './row-line.ts'

const BEAT_MS = 1_000

/** Shows the line of rows every second, or as rarely as its stream wants it, and its forecast once. @returns what ends it */
export function startHeartbeat(rows: RowLine, line: Pick<ProgressLine, 'show' | 'note'>): () => void {
  const beat = () => {
    const forecast = rows.forecast()
    if (forecast !== undefined) line.note(forecast)
    if (rows.isSet) line.show(() => rows.text(), false, rows.amount)
  }
  const timer = setInterval(beat, BEAT_MS).unref()
  return () => clearInterval(timer)
}
